package org.armlib.benchmarks.aws;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.s3.S3CacheManager;
import org.armlib.aws.s3.S3CacheSettings;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;

/** Results in an S3 cache, as the measures need them. */
final class S3Results {
    static final String BUCKET = "armlib-benchmark";

    private S3Results() {}

    static S3CacheManager open(URI endpoint, Duration freshness) {
        return S3CacheManager.open(
                AwsAccess.DEFAULT.inRegion("us-east-1").at(endpoint),
                S3CacheSettings.of(BUCKET)
                        .withPathStyle(true)
                        .withCreateBucket(true)
                        .withFreshness(freshness),
                Clock.systemUTC());
    }

    static void store(CacheManager cache, String key, Producer producer) throws IOException {
        try (ResultWriter writer = cache.write(leased(key))) {
            try (OutputStream out = writer.format("csv", "text/csv")) {
                producer.write(out);
            }
            if (!(writer.commit() instanceof Commit.Published)) {
                throw new AssertionError("not published: the figures would mean nothing");
            }
        }
    }

    private static LeasedRequest leased(String key) {
        RequestKey requestKey = new RequestKey(key);
        BatchRequest request = BatchRequest.of("/report").key(requestKey).build();
        Instant now = Instant.EPOCH;
        Lease lease = new Lease(
                requestKey,
                new SubmissionId(1, 1),
                new WorkerId("worker-1"),
                UUID.randomUUID(),
                1,
                1,
                now.plus(Duration.ofHours(1)));
        return new LeasedRequest(lease, request, now);
    }

    /** Writes the content of a result. */
    @FunctionalInterface
    interface Producer {
        void write(OutputStream out) throws IOException;
    }
}
