package org.armlib.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.FormatName;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.armlib.tck.CacheSamples;

/** Results whose content follows from key, submission and attempt, so that any process can tell whether it is right. */
final class Results {
    static final List<String> FORMATS = List.of("csv", "tar.gz");

    private Results() {}

    static int number(SubmissionId submission) {
        return (int) (submission.time() - CacheSamples.submission(0).time());
    }

    static LeasedRequest leased(String key, CachePolicy policy, int number, int attempt) {
        BatchRequest request = BatchRequest.of("/report")
                .key(new RequestKey(key))
                .cachePolicy(policy)
                .build();
        return CacheSamples.leased(request, CacheSamples.submission(number), attempt);
    }

    static byte[] content(String key, int number, int attempt, String format) {
        Random random = new Random(key.hashCode() * 31L + number * 1009L + attempt * 7L + format.hashCode());
        byte[] bytes = new byte[random.nextInt(150_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    static Commit commit(CacheManager cache, String key, CachePolicy policy, int number, int attempt)
            throws IOException {
        try (ResultWriter writer = cache.write(leased(key, policy, number, attempt))) {
            write(writer, key, number, attempt);
            return writer.commit();
        }
    }

    static void write(ResultWriter writer, String key, int number, int attempt) throws IOException {
        for (String format : FORMATS) {
            try (OutputStream out = writer.format(format, "application/octet-stream")) {
                out.write(content(key, number, attempt, format));
            }
        }
    }

    /** The submission that is found under a key, if any; its content must be right. */
    static Optional<Integer> found(CacheManager cache, String key) throws IOException {
        Optional<CachedResult> found = cache.find(new RequestKey(key));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        CachedResult result = found.get();
        int number = number(result.manifest().submission());
        if (result.manifest().formats().size() != FORMATS.size()) {
            throw new AssertionError("formats of " + result.manifest());
        }
        for (String format : FORMATS) {
            try (InputStream in = result.open(new FormatName(format)).orElseThrow()) {
                byte[] expected = content(key, number, result.manifest().attempt(), format);
                if (!java.util.Arrays.equals(expected, in.readAllBytes())) {
                    throw new AssertionError("content of " + format + " of " + result.manifest());
                }
            }
        }
        result.verify();
        return Optional.of(number);
    }
}
