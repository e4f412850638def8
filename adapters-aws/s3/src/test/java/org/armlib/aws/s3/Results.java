package org.armlib.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Random;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.FormatName;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.armlib.tck.CacheSamples;

/** Results of one format, and the few things the tests do again and again. */
final class Results {
    static final FormatName CSV = new FormatName("csv");

    private Results() {}

    static LeasedRequest leased(String key, CachePolicy policy, int number, int attempt) {
        BatchRequest request = BatchRequest.of("/report")
                .key(new RequestKey(key))
                .cachePolicy(policy)
                .build();
        return CacheSamples.leased(request, CacheSamples.submission(number), attempt);
    }

    static LeasedRequest leased(String key) {
        return leased(key, CachePolicy.TEMPORARY, 1, 1);
    }

    static byte[] noise(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Commit commit(CacheManager cache, LeasedRequest leased, byte[] content) throws IOException {
        try (ResultWriter writer = cache.write(leased)) {
            try (OutputStream out = writer.format("csv", "text/csv")) {
                out.write(content);
            }
            return writer.commit();
        }
    }

    static CachedResult found(CacheManager cache, String key) {
        return cache.find(new RequestKey(key)).orElseThrow(() -> new AssertionError("no result of " + key));
    }

    static Optional<byte[]> read(CacheManager cache, String key) throws IOException {
        Optional<CachedResult> found = cache.find(new RequestKey(key));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = found.get().open(CSV).orElseThrow()) {
            return Optional.of(in.readAllBytes());
        }
    }
}
