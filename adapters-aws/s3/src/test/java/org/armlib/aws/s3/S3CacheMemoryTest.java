package org.armlib.aws.s3;

import static org.armlib.aws.s3.Results.CSV;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.armlib.aws.s3.servers.S3Server;
import org.junit.jupiter.api.Test;

/** Results far longer than the heap. */
class S3CacheMemoryTest {
    private static final boolean FULL = "full".equals(System.getProperty("armlib.battery"));

    @Test
    void C03_long_results_are_written_at_once_in_a_small_heap() throws IOException, InterruptedException {
        int writers = FULL ? 4 : 2;
        long length = FULL ? 2L << 30 : 160L << 20;
        int heap = FULL ? 256 : 128;
        try (S3Server server = S3Server.startProxyOnDisk()) {
            Counterpart counterpart = Counterpart.of(server);
            S3CacheSettings settings = counterpart.settings();
            try (S3CacheManager cache = counterpart.open(settings)) {
                Process child = LongResults.start(heap, server.endpoint(), settings, writers, length);

                assertThat(child.waitFor(FULL ? 30 : 3, TimeUnit.MINUTES)).isTrue();

                assertThat(child.exitValue()).isZero();
                for (int i = 0; i < writers; i++) {
                    var result = Results.found(cache, "k" + i);
                    assertThat(result.manifest().format(CSV).orElseThrow().length())
                            .isEqualTo(length);
                    result.verify();
                }
            }
        }
    }
}
