package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.armlib.domain.BatchRequest;
import org.armlib.ports.PermanentFailureException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GatewayTransferTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private static GatewaySettings.Builder settings(URI upstream) {
        return GatewaySettings.of(upstream);
    }

    private record Broken(String name, String answer) {}

    @TestFactory
    Stream<DynamicTest> an_answer_that_breaks_off_is_never_a_result() {
        return Stream.of(
                        new Broken("no byte at all", ""),
                        new Broken("half a status line", "HTTP/1.1 20"),
                        new Broken("half a head", "HTTP/1.1 200 OK\r\nContent-Ty"),
                        new Broken("no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
                        new Broken("half a body", OK + "Content-Length: 1000\r\n\r\nhalf"),
                        new Broken("no body", OK + "Content-Length: 1000\r\n\r\n"),
                        new Broken(
                                "a length and chunks",
                                OK + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n"),
                        new Broken("two lengths", OK + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nfour5"),
                        new Broken("two lengths in one", OK + "Content-Length: 4, 5\r\n\r\nfour5"),
                        new Broken("half a chunk", OK + "Transfer-Encoding: chunked\r\n\r\n10\r\nhalf"),
                        new Broken("no last chunk", OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
                        new Broken("bad chunk", OK + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n"))
                .map(broken -> DynamicTest.dynamicTest(broken.name(), () -> {
                    try (RawServer server = RawServer.saying(broken.answer())) {
                        assertThatExceptionOfType(GatewayException.class)
                                .isThrownBy(() -> new GatewayProcessor(
                                                settings(server.uri()).build())
                                        .process(MemoryJob.of("/")));
                    }
                }));
    }

    @Test
    void half_an_encoded_body_is_never_a_result() throws Exception {
        ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(gzipped)) {
            gzip.write("some rows".repeat(10).getBytes(StandardCharsets.UTF_8));
        }
        int half = gzipped.size() - 9;
        try (RawServer server = RawServer.answering(out -> {
            out.write((OK + "Content-Encoding: gzip\r\nContent-Length: " + half + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(gzipped.toByteArray(), 0, half);
        })) {
            assertThatExceptionOfType(GatewayException.class)
                    .isThrownBy(
                            () -> new GatewayProcessor(settings(server.uri()).build()).process(MemoryJob.of("/")))
                    .withMessageContaining("not whole");
        }
    }

    @Test
    void bytes_after_the_announced_length_are_no_part_of_the_answer() throws Exception {
        try (RawServer server = RawServer.saying(OK + "Content-Length: 4\r\n\r\nfourHTTP/1.1 200 OK\r\n\r\nmore")) {
            GatewayProcessor gateway =
                    new GatewayProcessor(settings(server.uri()).build());
            MemoryJob first = MemoryJob.of("/1");
            MemoryJob second = MemoryJob.of("/2");

            gateway.process(first);
            gateway.process(second);

            assertThat(first.only().text()).isEqualTo("four");
            assertThat(second.only().text()).isEqualTo("four");
        }
    }

    @Test
    void an_end_that_only_closes_the_connection_is_accepted_when_that_is_set() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.0 200 OK\r\nContent-Type: text/csv\r\n\r\na,b\n")) {
            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(
                            () -> new GatewayProcessor(settings(server.uri()).build()).process(MemoryJob.of("/")))
                    .withMessageContaining("accept-close-delimited");

            MemoryJob job = MemoryJob.of("/");
            new GatewayProcessor(
                            settings(server.uri()).acceptCloseDelimited(true).build())
                    .process(job);
            assertThat(job.only().text()).isEqualTo("a,b\n");
        }
    }

    @Test
    void an_endless_answer_ends_at_the_limit() throws Exception {
        try (RawServer server = RawServer.answering(out -> {
            out.write((OK + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            while (true) {
                out.write(chunk);
            }
        })) {
            MemoryJob.Counting sink = new MemoryJob.Counting();
            GatewayProcessor gateway = new GatewayProcessor(
                    settings(server.uri()).maxSize(1_000_000).build());

            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(() ->
                            gateway.process(new MemoryJob(BatchRequest.of("/").build(), () -> sink)))
                    .withMessageContaining("1000000 bytes")
                    .withMessageContaining("max-size");
            assertThat(sink.count()).isLessThanOrEqualTo(1_000_000);
            assertThat(server.awaitHangUp()).isTrue();
        }
    }

    @Test
    void an_answer_announced_too_large_is_not_read() throws Exception {
        try (RawServer server = RawServer.stallingAfter(OK + "Content-Length: 10000000000\r\n\r\n")) {
            MemoryJob job = MemoryJob.of("/");

            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(
                            () -> new GatewayProcessor(settings(server.uri()).build()).process(job))
                    .withMessageContaining("5368709120 bytes")
                    .withMessageContaining("max-size");
            assertThat(job.formats()).isEmpty();
            assertThat(server.awaitHangUp()).isTrue();
        }
    }

    @Test
    void an_answer_that_pauses_too_long_is_given_up() throws Exception {
        try (RawServer server = RawServer.stallingAfter(OK + "Content-Length: 1000\r\n\r\nhalf")) {
            MemoryJob job = MemoryJob.of("/");
            Run run = new Run(settings(server.uri()).idleTimeout(LIMIT).timeout(FOR_EVER), job);
            Awaitility.await()
                    .until(() -> !job.formats().isEmpty() && job.only().bytes().length == 4);

            assertThat(run.endAfter(LIMIT))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("after 4 bytes")
                    .hasMessageContaining("idle-timeout");
            assertThat(server.awaitHangUp()).isTrue();
        }
    }

    @Test
    void an_answer_that_does_not_begin_is_given_up_at_the_time_limit() throws Exception {
        try (RawServer server = RawServer.stallingAfter("HTTP/1.1 200 OK\r\n")) {
            Run run = new Run(
                    settings(server.uri()).idleTimeout(Duration.ofMillis(1)).timeout(LIMIT), MemoryJob.of("/"));
            assertThat(server.awaitAsked()).isTrue();

            assertThat(run.endAfter(LIMIT))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("setting timeout");
            assertThat(server.awaitHangUp()).isTrue();
        }
    }

    @Test
    void an_answer_that_goes_on_is_given_up_at_the_time_limit() throws Exception {
        try (RawServer server = RawServer.answering(out -> {
            out.write((OK + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                out.write("1\r\nx\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
        })) {
            MemoryJob.Counting sink = new MemoryJob.Counting();
            Run run = new Run(
                    settings(server.uri()).timeout(LIMIT),
                    new MemoryJob(BatchRequest.of("/").build(), () -> sink));
            Awaitility.await().until(() -> sink.count() > 0);

            assertThat(run.endAfter(LIMIT))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("setting timeout");
            assertThat(server.awaitHangUp()).isTrue();
        }
    }

    @Test
    void an_error_whose_message_does_not_end_is_an_error_still() throws Exception {
        try (RawServer server = RawServer.stallingAfter(
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nno such")) {
            GatewayProcessor gateway = new GatewayProcessor(
                    settings(server.uri()).idleTimeout(Duration.ofMillis(1)).build());

            assertThatExceptionOfType(PermanentFailureException.class)
                    .isThrownBy(() -> gateway.process(MemoryJob.of("/")))
                    .withMessageStartingWith("the upstream answered 404");
        }
    }

    private static final String STALLED_HEAD = "HTTP/1.1 200 OK\r\n";
    private static final String STALLED_BODY = OK + "Content-Length: 1000\r\n\r\nhalf";

    /** Runs a job in a thread of its own, by a clock that stands still, and keeps what it threw. */
    private static final class Run {
        private final AtomicLong nanoTime = new AtomicLong();
        private final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        private final Thread thread;

        Run(GatewaySettings.Builder settings, MemoryJob job) {
            GatewayProcessor gateway = new GatewayProcessor(settings.build(), nanoTime::get);
            thread = new Thread(() -> thrown.set(catchThrowable(() -> gateway.process(job))));
            thread.start();
        }

        @Nullable
        Throwable end() throws InterruptedException {
            thread.join();
            return thrown.get();
        }

        /** Lets the time pass again and again, as the wait that it is to end may yet begin. */
        @Nullable
        Throwable endAfter(Duration time) throws InterruptedException {
            Awaitility.await().until(() -> {
                nanoTime.addAndGet(time.toNanos());
                return !thread.isAlive();
            });
            return end();
        }
    }

    @Test
    void an_abandoned_job_ends_before_and_within_the_answer() throws Exception {
        for (String answer : new String[] {STALLED_HEAD, STALLED_BODY}) {
            try (RawServer server = RawServer.stallingAfter(answer)) {
                MemoryJob job = MemoryJob.of("/");
                Run run = new Run(settings(server.uri()), job);
                assertThat(server.awaitAsked()).isTrue();

                job.abandon();

                assertThat(run.end()).isInstanceOf(GatewayException.class).hasMessageContaining("given up");
                assertThat(server.awaitHangUp()).isTrue();
            }
        }
    }

    @Test
    void an_interrupted_job_ends_before_the_answer() throws Exception {
        try (RawServer server = RawServer.stallingAfter(STALLED_HEAD)) {
            Run run = new Run(settings(server.uri()), MemoryJob.of("/"));
            assertThat(server.awaitAsked()).isTrue();

            run.thread.interrupt();

            assertThat(run.end()).isInstanceOf(InterruptedException.class);
            assertThat(server.awaitHangUp()).isTrue();
        }
    }

    @Test
    void an_interrupted_job_ends_within_the_answer() throws Exception {
        try (RawServer server = RawServer.stallingAfter(STALLED_BODY)) {
            MemoryJob job = MemoryJob.of("/");
            Run run = new Run(settings(server.uri()), job);
            Awaitility.await()
                    .until(() -> !job.formats().isEmpty() && job.only().bytes().length == 4);

            run.thread.interrupt();

            assertThat(run.end()).isInstanceOf(InterruptedException.class);
            assertThat(server.awaitHangUp()).isTrue();
        }
    }

    @Test
    void a_result_that_cannot_be_written_closes_the_connection() throws Exception {
        try (RawServer server = RawServer.stallingAfter(STALLED_BODY)) {
            OutputStream full = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("disk full");
                }
            };
            GatewayProcessor gateway =
                    new GatewayProcessor(settings(server.uri()).build());

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() ->
                            gateway.process(new MemoryJob(BatchRequest.of("/").build(), () -> full)))
                    .withMessage("disk full");
            assertThat(server.awaitHangUp()).isTrue();
        }
    }
}
