package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.armlib.domain.Progress;
import org.armlib.http.gateway.GatewaySettings.FormatBy;
import org.armlib.ports.PermanentFailureException;
import org.armlib.spi.InvalidSettingException;
import org.junit.jupiter.api.Test;

/** Several formats of one request. */
class GatewayFormatsTest {

    @Test
    void each_format_is_asked_for_by_its_media_type_and_all_make_one_result() throws Exception {
        List<String> accepted = new CopyOnWriteArrayList<>();
        try (TestApi api = TestApi.handling(exchange -> {
            String accept = exchange.getRequestHeaders().getFirst("Accept");
            accepted.add(accept);
            TestApi.answer(exchange, 200, accept, "as " + accept);
        })) {
            MemoryJob job = MemoryJob.of("/report?year=2024");

            gateway(settings(api).formats("csv", "xlsx", "js")).process(job);

            assertThat(accepted)
                    .containsExactly(
                            "text/csv",
                            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                            "text/javascript");
            assertThat(job.formats()).containsOnlyKeys("csv", "xlsx", "js");
            assertThat(job.format("csv").text()).isEqualTo("as text/csv");
            assertThat(api.asked())
                    .containsOnly(URI.create("/report?year=2024"))
                    .hasSize(3);
            assertThat(job.reports().stream().map(Progress::fraction))
                    .isSorted()
                    .last()
                    .isEqualTo(1.0);
        }
    }

    @Test
    void a_suffix_or_a_parameter_may_ask_for_the_format() throws Exception {
        try (TestApi api = TestApi.handling(exchange -> {
            boolean json = exchange.getRequestURI().toString().contains("json");
            TestApi.answer(exchange, 200, json ? "application/json" : "text/csv", "{}");
        })) {
            MemoryJob bySuffix = MemoryJob.of("/report?year=2024");
            gateway(settings(api).formats("csv", "json").formatBy(FormatBy.SUFFIX))
                    .process(bySuffix);
            MemoryJob byParameter = MemoryJob.of("/report?year=2024");
            gateway(settings(api).formats("csv", "json").formatParameter("out put"))
                    .process(byParameter);

            assertThat(bySuffix.formats()).containsOnlyKeys("csv", "json");
            assertThat(byParameter.formats()).containsOnlyKeys("csv", "json");
            assertThat(api.asked())
                    .containsExactly(
                            URI.create("/report.csv?year=2024"),
                            URI.create("/report.json?year=2024"),
                            URI.create("/report?year=2024&out%20put=csv"),
                            URI.create("/report?year=2024&out%20put=json"));
        }
    }

    @Test
    void what_cannot_be_asked_for_fails_before_the_upstream_is_bothered() throws Exception {
        try (TestApi api = TestApi.answering(200, "text/csv", "x")) {
            assertThatThrownBy(() -> gateway(settings(api).formats("csv").formatBy(FormatBy.SUFFIX))
                            .process(MemoryJob.of("/reports/")))
                    .isInstanceOf(PermanentFailureException.class)
                    .hasMessageContaining("slash");
            assertThatThrownBy(() -> gateway(settings(api).formats("csv").formatParameter("_format"))
                            .process(MemoryJob.of("/report?_format=json")))
                    .isInstanceOf(PermanentFailureException.class)
                    .hasMessageContaining("_format");
            assertThat(api.asked()).isEmpty();
        }
    }

    @Test
    void an_answer_of_another_type_is_no_result() throws Exception {
        try (TestApi api = TestApi.answering(200, "text/html", "<p>please log in")) {
            MemoryJob job = MemoryJob.of("/report");
            assertThatThrownBy(() -> gateway(settings(api).formats("csv")).process(job))
                    .isInstanceOf(PermanentFailureException.class)
                    .hasMessageContaining("asked for csv")
                    .hasMessageContaining("text/html");
            assertThat(job.formats()).isEmpty();
        }
        try (TestApi api = TestApi.answering(200, "application/octet-stream", "zip")) {
            MemoryJob job = MemoryJob.of("/report");
            gateway(settings(api).formats("xlsx")).process(job);
            assertThat(job.formats()).containsOnlyKeys("xlsx");
        }
        try (TestApi api = TestApi.answering(204, "", "")) {
            MemoryJob job = MemoryJob.of("/report");
            gateway(settings(api).formats("csv", "json")).process(job);
            assertThat(job.formats()).containsOnlyKeys("csv", "json");
            assertThat(job.format("csv").mediaType()).isEqualTo("text/csv");
        }
    }

    @Test
    void formats_that_cannot_work_are_told() {
        GatewaySettings.Builder any = GatewaySettings.of(URI.create("http://127.0.0.1:9"));
        assertThatThrownBy(() -> any.formats("csv", "csv").build())
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> any.formats("../x").build()).isInstanceOf(InvalidSettingException.class);
        assertThatThrownBy(() -> any.formats("shp").build())
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("format-by");
        assertThatThrownBy(() -> any.formats("csv").accept("text/csv").build())
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("formats");
        assertThat(any.formats("shp").formatBy(FormatBy.SUFFIX).build().formats())
                .containsExactly("shp");
    }

    private static GatewaySettings.Builder settings(TestApi api) {
        return GatewaySettings.of(api.uri());
    }

    private static GatewayProcessor gateway(GatewaySettings.Builder settings) {
        return new GatewayProcessor(settings.build());
    }
}
