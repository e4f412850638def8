package org.armlib.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.armlib.domain.Parameters;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class PackedParametersTest {
    /** The limit of DynamoDB, less room for the key. */
    private static final int ITEM_BYTES = 400 * 1024 - 2048;

    private static Map<String, AttributeValue> written(Parameters parameters) {
        Map<String, AttributeValue> item = new HashMap<>();
        PackedParameters.write(parameters, item);
        assertThat(ItemSize.of(item)).isLessThan(ITEM_BYTES);
        Parameters read = PackedParameters.read(item);
        assertThat(List.copyOf(read.asMap().entrySet()))
                .isEqualTo(List.copyOf(parameters.asMap().entrySet()));
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
    void as_many_as_there_may_be_fit_an_item() {
        Map<String, List<String>> tiny = new LinkedHashMap<>();
        IntStream.range(0, 43_000).forEach(i -> tiny.put(Integer.toString(i, 36), List.of("")));
        assertThat(written(Parameters.of(tiny))).containsOnlyKeys(Attributes.PARAMETERS_PACKED);

        written(Parameters.of(
                Map.of("a", IntStream.range(0, 87_000).mapToObj(i -> "").toList())));
        written(Parameters.of(Map.of("\u00e9".repeat(100_000), List.of("x"))));
        written(Parameters.of(Map.of("p", List.of("\u0000".repeat(250_000)))));
    }
}
