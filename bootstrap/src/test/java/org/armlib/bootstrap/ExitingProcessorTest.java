package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RequestKey;
import org.armlib.ports.BatchStatus;
import org.armlib.tck.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A processor that ends the process ends its request too, instead of being run again at every start. */
class ExitingProcessorTest {
    private static final RequestKey KEY = new RequestKey("exits");
    private static final int STATUS = 7;
    private static final int MAX_ATTEMPTS = 2;

    @TempDir
    Path folder;

    private static String appConf(String folder, int threads) {
        return """
                queue { adapter = jdbc, url = "jdbc:h2:%s/queue", max-attempts = %d, backoff-initial = 0s }
                cache { adapter = file, directory = "%s/cache" }
                worker.threads = %d
                """.formatted(folder, MAX_ATTEMPTS, folder, threads);
    }

    /** A program that closes armlib in a shutdown hook, as is common. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws InterruptedException {
            Armlib armlib = Armlib.builder()
                    .appConf(appConf(arguments[1], 1))
                    .processor(job -> {
                        ChildJvm.report(arguments[0], "attempt " + job.lease().attempt());
                        System.exit(STATUS);
                    })
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(armlib::close));
            armlib.requestManager().submit(BatchRequest.of("/report").key(KEY).build());
            // A main method that returns first would end the process in another way.
            Thread.currentThread().join(TimeUnit.MINUTES.toMillis(1));
        }
    }

    @Test
    void each_start_spends_an_attempt_until_the_last_one() throws InterruptedException {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            try (ChildJvm child = ChildJvm.start(Program.class, folder.toString())) {
                assertThat(child.awaitExit()).isEqualTo(STATUS);
                assertThat(child.lines()).containsExactly("attempt " + attempt);
            }
        }

        try (Armlib armlib = Armlib.builder()
                .appConf(appConf(folder.toString(), 0))
                .processor(job -> {})
                .start()) {
            BatchStatus status = armlib.requestManager().status(KEY);
            assertThat(status.status()).isEqualTo(BatchStatus.Status.FAILED);
            assertThat(status.attempts()).isEqualTo(MAX_ATTEMPTS);
            assertThat(status.failure().orElseThrow().message()).contains("System.exit");
        }
    }
}
