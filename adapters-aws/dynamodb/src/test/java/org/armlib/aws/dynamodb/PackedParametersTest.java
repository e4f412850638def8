package org.armlib.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.armlib.domain.Parameters;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class PackedParametersTest {
    /** The limit of DynamoDB, less room for the key. */
    private static final int ITEM_BYTES = 400 * 1024 - 2048;

    private static Map<String, AttributeValue> written(Parameters parameters) {
        Map<String, AttributeValue> item = new HashMap<>();
        PackedParameters.write(parameters, item);
        assertThat(ItemSize.of(item)).isLessThan(ITEM_BYTES);
        Parameters read = PackedParameters.read(item);
        assertThat(read.toQuery()).isEqualTo(parameters.toQuery());
        return item;
    }

    @Test
    void people_can_read_them() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("year", List.of("2024"));
        values.put("month", List.of("11", "12", ""));

        assertThat(written(Parameters.of(values)))
                .containsOnlyKeys(Attributes.PARAMETERS)
                .extractingByKey(Attributes.PARAMETERS)
                .satisfies(list -> assertThat(list.l()).hasSize(2));
    }

    @Test
    void a_missing_value_is_null() {
        AttributeValue values = AttributeValue.fromL(List.of(AttributeValue.fromNul(true), AttributeValue.fromS("")));

        assertThat(written(Parameters.parse("wsdl&wsdl=")))
                .extractingByKey(Attributes.PARAMETERS)
                .isEqualTo(AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of("wsdl", values)))));
    }

    @Test
    void a_query_that_was_written_in_its_own_way_is_kept_so() {
        for (String query : List.of("a=1&b=2&a=3", "q=a+b", "q=%E9", "q=1,2", "%7E=1&&")) {
            assertThat(written(Parameters.parse(query)))
                    .isEqualTo(Map.of(Attributes.PARAMETERS, AttributeValue.fromS(query)));
        }
        written(Parameters.parse("q=" + "+".repeat(Parameters.MAX_BYTES - 3)));
    }

    @Test
    void what_earlier_releases_wrote_is_read() {
        Map<String, AttributeValue> list = Map.of(
                Attributes.PARAMETERS,
                AttributeValue.fromL(List.of(
                        AttributeValue.fromM(Map.of("b", AttributeValue.fromL(List.of(AttributeValue.fromS("2"))))),
                        AttributeValue.fromM(Map.of("a", AttributeValue.fromL(List.of(AttributeValue.fromS(""))))))));
        Map<String, AttributeValue> packed = Map.of(
                Attributes.PARAMETERS_PACKED,
                AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {1, 'b', 2, 1, '2', 0, 1, 'a', 1, 0})));

        assertThat(PackedParameters.read(list)).hasToString("b=2&a=");
        assertThat(PackedParameters.read(packed)).hasToString("b=2&b=&a=");
    }

    @Test
    void as_many_as_there_may_be_fit_an_item() {
        Map<String, List<String>> tiny = new LinkedHashMap<>();
        IntStream.range(0, 43_000).forEach(i -> tiny.put(Integer.toString(i, 36), List.of("")));
        assertThat(written(Parameters.of(tiny))).containsOnlyKeys(Attributes.PARAMETERS_PACKED);
        Map<String, List<Optional<String>>> bare = new LinkedHashMap<>();
        tiny.forEach((name, values) -> bare.put(name, List.of(Optional.empty())));
        assertThat(written(Parameters.ofOccurrences(bare))).containsOnlyKeys(Attributes.PARAMETERS_PACKED);

        written(Parameters.of(
                Map.of("a", IntStream.range(0, 87_000).mapToObj(i -> "").toList())));
        written(Parameters.of(Map.of("\u00e9".repeat(100_000), List.of("x"))));
        written(Parameters.of(Map.of("p", List.of("\u0000".repeat(250_000)))));
    }
}
