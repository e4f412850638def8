package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class BodyTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Body body = new Body(new Watch(MemoryJob.of("/"), LONG, System::nanoTime), LONG, 1000);
    private final Client client = new Client();

    /** What the HTTP client sees of its subscriber. */
    private static final class Client implements Flow.Subscription {
        private long requested;
        private boolean cancelled;

        @Override
        public void request(long count) {
            requested += count;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private void deliver(String... pieces) {
        body.onNext(List.of(pieces).stream()
                .map(piece -> ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    @Test
    void asks_for_more_only_when_what_came_is_being_read() throws Exception {
        body.onSubscribe(client);
        assertThat(client.requested).isEqualTo(1);

        deliver("abc", "", "de");
        assertThat(client.requested).isEqualTo(1);

        assertThat(body.readNBytes(4)).asString().isEqualTo("abcd");
        assertThat(client.requested).isEqualTo(2);

        deliver("f");
        assertThat(client.requested).isEqualTo(2);
        assertThat(body.read()).isEqualTo('e');
        assertThat(client.requested).isEqualTo(2);
        assertThat(body.read()).isEqualTo('f');
        assertThat(client.requested).isEqualTo(3);

        body.onComplete();
        assertThat(body.read()).isNegative();
        assertThat(body.read()).isNegative();
        assertThat(body.received()).isEqualTo(6);
    }

    @Test
    void a_failure_stays_one_however_often_it_is_read() {
        body.onSubscribe(client);
        deliver("abc");
        body.onError(new IOException("reset"));

        for (int i = 0; i < 2; i++) {
            assertThatIOException().isThrownBy(body::readAllBytes).withMessageContaining("after 3 bytes");
        }
    }

    @Test
    void closing_ends_the_subscription_whichever_comes_first() {
        body.close();
        body.onSubscribe(client);

        assertThat(client.cancelled).isTrue();
        assertThat(client.requested).isZero();
    }
}
