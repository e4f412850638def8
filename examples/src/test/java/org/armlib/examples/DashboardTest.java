package org.armlib.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.demo.SampleApi;
import org.junit.jupiter.api.Test;

/** The dashboard shows what a server tells. */
class DashboardTest {
    private static final Path DASHBOARD = Path.of("../../bootstrap/src/dist/grafana-dashboard.json");
    private static final Pattern METRIC = Pattern.compile("\\b(armlib|jvm)_[a-z_]+");
    private static final Pattern LABELLED = Pattern.compile("\\b(armlib_[a-z_]+)\\{[^}]*?([a-z]+)=\\\\\"(\\w+)\\\\\"");

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void every_figure_it_asks_for_is_told_by_a_server() throws Exception {
        String dashboard = Files.readString(DASHBOARD);
        Set<String> asked =
                METRIC.matcher(dashboard).results().map(MatchResult::group).collect(Collectors.toSet());
        assertThat(asked).hasSizeGreaterThan(12);
        try (SampleApi upstream = SampleApi.start(Duration.ZERO);
                Armlib armlib = Armlib.builder()
                        .appConf("""
                                queue.adapter = memory
                                cache.adapter = memory
                                processor { adapter = gateway, upstream = "%s" }
                                worker.threads = 1
                                server { adapter = http, port = 0 }
                                """.formatted(upstream.uri()))
                        .serve()
                        .start()) {
            URI server = armlib.address().orElseThrow();
            get(server.resolve("batch/weather?year=2012&month=1&_key=k"));
            get(server.resolve("requests/k?wait=30"));
            get(server.resolve("results/nobody"));
            get(server.resolve("results/k"));
            await().untilAsserted(() -> {
                String told = get(server.resolve("metrics"));
                assertThat(asked).allSatisfy(metric -> assertThat(told).containsPattern("\n" + metric + "[{ ]"));
                assertThat(LABELLED.matcher(dashboard).results().toList())
                        .isNotEmpty()
                        .allSatisfy(match -> assertThat(told)
                                .containsPattern("\n" + match.group(1) + "\\{[^}]*" + match.group(2) + "=\""
                                        + match.group(3) + "\""));
            });
        }
    }

    private String get(URI uri) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
