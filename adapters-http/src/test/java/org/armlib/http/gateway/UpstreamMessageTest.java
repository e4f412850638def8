package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpstreamMessageTest {
    private static final HttpHeaders TEXT =
            HttpHeaders.of(Map.of("Content-Type", List.of("text/plain")), (name, value) -> true);

    @Test
    void a_message_that_does_not_end_is_shown_as_far_as_it_came() {
        Watch watch = new Watch(MemoryJob.of("/"), Duration.ofMinutes(1), System::nanoTime);
        try (Body body = new Body(watch, Duration.ofMillis(1), 1000)) {
            body.onNext(List.of(ByteBuffer.wrap("no such".getBytes(StandardCharsets.UTF_8))));

            assertThat(UpstreamMessage.of(TEXT, body, SecretTexts.of(Map.of()))).isEqualTo(": no such");
        }
    }

    @Test
    void a_secret_that_is_cut_off_is_not_shown_in_part() {
        Watch watch = new Watch(MemoryJob.of("/"), Duration.ofMinutes(1), System::nanoTime);
        try (Body body = new Body(watch, Duration.ofMillis(1), 1000)) {
            body.onNext(List.of(ByteBuffer.wrap("wrong token 0123456".getBytes(StandardCharsets.UTF_8))));

            assertThat(UpstreamMessage.of(TEXT, body, SecretTexts.of(Map.of("X-Token", "0123456789"))))
                    .isEqualTo(": wrong token");
        }
    }
}
