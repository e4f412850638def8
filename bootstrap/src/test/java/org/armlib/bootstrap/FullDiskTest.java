package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Hold;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.Job;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full costs no request its attempts: they wait, it is said why, and they go on when there is room. */
class FullDiskTest {
    private static final int RESULT = 200_000;

    @TempDir
    Path folder;

    @Test
    void requests_wait_for_room() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), "rw");
                Armlib armlib = Armlib.builder()
                        .appConf("""
                                queue.adapter = memory
                                cache { adapter = file, directory = "%s/cache", compression = none }
                                worker.threads = 2
                                """.formatted(disk.folder()))
                        .processor(FullDiskTest::write)
                        .start()) {
            disk.fill();
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

            disk.makeRoom();

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
}
