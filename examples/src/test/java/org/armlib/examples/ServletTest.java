package org.armlib.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.armlib.bootstrap.Armlib;
import org.armlib.http.metrics.MetricsModule;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** The API below a prefix of somebody else's container. */
class ServletTest {
    private static final String CONF = "queue.adapter = memory, cache.adapter = memory";

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void the_addresses_it_hands_out_begin_with_where_it_is_mounted() throws Exception {
        Server container = new Server();
        ServerConnector connector = new ServerConnector(container);
        connector.setHost("127.0.0.1");
        container.addConnector(connector);
        try (Armlib armlib = Armlib.builder()
                .appConf(CONF)
                .processor(job -> job.format("csv", "text/csv").close())
                .install(new MetricsModule())
                .start()) {
            ServletContextHandler context = new ServletContextHandler("/app");
            context.addServletContainerInitializer(
                    (classes, servlets) -> EmbedServlet.mount(servlets, armlib, "a-token-of-the-example"));
            container.setHandler(context);
            container.start();
            try {
                URI api = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/app/batch-mode/");

                HttpResponse<String> submitted = get(api.resolve("batch/report?_key=k"));
                assertThat(submitted.statusCode()).isEqualTo(202);
                URI status =
                        api.resolve(submitted.headers().firstValue("Location").orElseThrow());
                assertThat(status.getPath()).isEqualTo("/app/batch-mode/requests/k");
                CompletableFuture<HttpResponse<String>> done =
                        client.sendAsync(request(status + "/events"), HttpResponse.BodyHandlers.ofString());
                assertThat(done.get().body()).contains("\"url\":\"/app/batch-mode/results/k.csv\"");
                assertThat(get(api.resolve("results/k.csv")).statusCode()).isEqualTo(200);
                assertThat(get(api.resolve("metrics")).body())
                        .contains(
                                "armlib_submissions_total{area=\"temporary\",armlib_instance=\"1\",how=\"queued\"} 1.0");
                assertThat(get(api.resolve("../batch-mode")).headers().firstValue("Location"))
                        .contains("/app/batch-mode/");
                assertThat(get(api.resolve("../elsewhere")).statusCode()).isEqualTo(404);
            } finally {
                container.stop();
            }
        }
    }

    private HttpResponse<String> get(URI uri) throws Exception {
        return client.send(request(uri.toString()), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String uri) {
        return HttpRequest.newBuilder(URI.create(uri)).build();
    }
}
