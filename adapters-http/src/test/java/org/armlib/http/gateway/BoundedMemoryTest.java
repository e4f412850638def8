package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.armlib.domain.BatchRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BoundedMemoryTest {
    private static final long LENGTH = ("full".equals(System.getProperty("armlib.battery")) ? 5L : 1L) << 30;

    @Test
    @Timeout(900)
    void four_answers_of_one_gibibyte_at_once_pass_through_a_heap_of_32_mebibytes(@TempDir Path folder)
            throws Exception {
        byte[] block = new byte[1 << 20];
        try (RawServer server = RawServer.answering(out -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            for (long sent = 0; sent < LENGTH; sent += block.length) {
                out.write(block);
            }
        })) {
            Path log = folder.resolve("child.log");
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx32m",
                            "-XX:MaxDirectMemorySize=32m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            server.uri().toString(),
                            String.valueOf(LENGTH))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            int exit = child.waitFor();

            assertThat(exit).as(Files.readString(log)).isZero();
        }
    }

    /** Reads four answers at once; ends with an error unless each has its length. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            GatewayProcessor gateway =
                    new GatewayProcessor(GatewaySettings.of(URI.create(args[0])).build());
            List<MemoryJob.Counting> sinks = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                MemoryJob.Counting sink = new MemoryJob.Counting();
                MemoryJob job = new MemoryJob(BatchRequest.of("/" + i).build(), () -> sink);
                Thread thread = new Thread(() -> {
                    try {
                        gateway.process(job);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
                sinks.add(sink);
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            long length = Long.parseLong(args[1]);
            if (!sinks.stream().allMatch(sink -> sink.count() == length)) {
                throw new AssertionError("an answer is not whole");
            }
        }
    }
}
