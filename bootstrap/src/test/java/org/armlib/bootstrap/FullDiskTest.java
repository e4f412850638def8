package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Hold;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.Job;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full costs no request its attempts: they wait, it is said why, and they go on when there is room. */
class FullDiskTest {
    private static final int RESULT = 200_000;

    @TempDir
    Path folder;

    @BeforeEach
    void mount() throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString()),
                "a small file system can be mounted");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", folder.toString());
    }

    @Test
    void requests_wait_for_room() throws Exception {
        try (Armlib armlib = Armlib.builder()
                .appConf("""
                        queue.adapter = memory
                        cache { adapter = file, directory = "%s/cache", compression = none }
                        worker.threads = 2
                        """.formatted(folder))
                .processor(FullDiskTest::write)
                .start()) {
            Path ballast = fill();
            BatchRequest first = BatchRequest.parse("/report?n=1").build();
            BatchRequest second = BatchRequest.parse("/report?n=2").build();
            armlib.requestManager().submit(first);
            armlib.requestManager().submit(second);

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                for (BatchRequest request : new BatchRequest[] {first, second}) {
                    BatchStatus status = armlib.requestManager().status(request.key());
                    assertThat(status.status()).isEqualTo(BatchStatus.Status.PENDING);
                    assertThat(status.attempts()).isZero();
                    assertThat(status.hold().map(Hold::by)).contains(Hold.Cause.CACHE);
                }
            });
            assertThat(armlib.health().isUp()).isFalse();

            Files.delete(ballast);

            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                for (BatchRequest request : new BatchRequest[] {first, second}) {
                    BatchStatus status = armlib.requestManager().status(request.key());
                    assertThat(status.status()).isEqualTo(BatchStatus.Status.COMPLETED);
                    assertThat(status.attempts()).isEqualTo(1);
                }
            });
        }
    }

    private static void write(Job job) throws IOException {
        try (OutputStream out = job.format("csv", "text/csv")) {
            out.write(new byte[RESULT]);
        }
    }

    /** Leaves less room than a result takes. */
    private Path fill() throws IOException {
        Path ballast = folder.resolve("ballast");
        try (OutputStream out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[10_000];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
        return ballast;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor() == 0;
    }
}
