package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.UpstreamUnavailableException;
import org.junit.jupiter.api.Test;

class UpstreamCallTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void each_call_is_counted_by_its_answer() throws Exception {
        try (TestApi api = TestApi.handling(exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/moved" -> TestApi.redirect(exchange, 302, "/fine");
                case "/broken" -> TestApi.answer(exchange, 500, "text/plain", "sorry");
                case "/wrong" -> TestApi.answer(exchange, 404, "text/plain", "no such year");
                default -> TestApi.answer(exchange, 200, "text/csv", "a,b");
            }
        })) {
            GatewayProcessor gateway = gateway(api.uri());
            gateway.process(MemoryJob.of("/fine"));
            gateway.process(MemoryJob.of("/moved"));
            assertThatThrownBy(() -> gateway.process(MemoryJob.of("/broken"))).isInstanceOf(GatewayException.class);
            assertThatThrownBy(() -> gateway.process(MemoryJob.of("/wrong")))
                    .isInstanceOf(PermanentFailureException.class);
        }

        assertThat(calls("2xx", "success")).isEqualTo(2);
        assertThat(calls("3xx", "success")).isOne();
        assertThat(calls("5xx", "error")).isOne();
        assertThat(calls("4xx", "error")).isOne();
    }

    @Test
    void a_call_that_is_not_answered_is_counted() {
        URI nobody;
        try (TestApi api = TestApi.answering(200, "text/csv", "")) {
            nobody = api.uri();
        }

        assertThatThrownBy(() -> gateway(nobody).process(MemoryJob.of("/")))
                .isInstanceOf(UpstreamUnavailableException.class);

        assertThat(calls("none", "error")).isOne();
    }

    private GatewayProcessor gateway(URI upstream) {
        return new GatewayProcessor(GatewaySettings.of(upstream).build(), registry);
    }

    private long calls(String status, String outcome) {
        return registry.get("armlib.upstream.calls")
                .tags("status", status, "outcome", outcome)
                .timer()
                .count();
    }
}
