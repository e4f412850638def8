package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.FormatName;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Commit;
import org.armlib.ports.Page;
import org.armlib.ports.ResultWriter;

/** Sample results, and the few things the tests of the cache do again and again. */
public final class CacheSamples {
    static final FormatName CSV = new FormatName("csv");
    static final RequestKey KEY = new RequestKey("a");

    private CacheSamples() {}

    static BatchRequest temporary(RequestKey key) {
        return BatchRequest.of("/report").key(key).build();
    }

    static BatchRequest temporary(String key) {
        return temporary(new RequestKey(key));
    }

    static BatchRequest sticky(String key) {
        return temporary(key).withCachePolicy(CachePolicy.STICKY);
    }

    /** Submissions, the larger number the later one. */
    public static SubmissionId submission(int number) {
        return new SubmissionId(1_700_000_000_000L + number, 0x9E3779B97F4A7C15L * number);
    }

    /** A lease of the first attempt at a submission. */
    static LeasedRequest leased(BatchRequest request, SubmissionId submission) {
        return leased(request, submission, 1);
    }

    /** A lease of an attempt at a submission. */
    public static LeasedRequest leased(BatchRequest request, SubmissionId submission, int attempt) {
        Instant submitted = Instant.ofEpochMilli(submission.time());
        Lease lease = new Lease(
                request.key(),
                submission,
                new WorkerId("worker-1"),
                UUID.randomUUID(),
                submission.time() + attempt,
                attempt,
                submitted.plus(Duration.ofMinutes(1)));
        return new LeasedRequest(lease, request, submitted);
    }

    static LeasedRequest leased(BatchRequest request) {
        return leased(request, submission(1));
    }

    /** Content that does not compress. */
    static byte[] noise(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Begins a result and writes its one format, but does not commit. */
    static ResultWriter begin(CacheManager cache, LeasedRequest leased, byte[] csv) throws IOException {
        ResultWriter writer = cache.write(leased);
        write(writer, csv);
        return writer;
    }

    static void write(ResultWriter writer, byte[] csv) throws IOException {
        try (OutputStream out = writer.format("csv", "text/csv")) {
            out.write(csv);
        }
    }

    /** Writes and publishes a result of one format. */
    static Commit commit(CacheManager cache, LeasedRequest leased, byte[] csv) throws IOException {
        try (ResultWriter writer = begin(cache, leased, csv)) {
            return writer.commit();
        }
    }

    /** As {@link #commit}, of a result that must count. */
    static Manifest publish(CacheManager cache, LeasedRequest leased, byte[] csv) throws IOException {
        Commit commit = commit(cache, leased, csv);
        assertThat(commit).isInstanceOf(Commit.Published.class);
        return ((Commit.Published) commit).manifest();
    }

    static CachedResult found(CacheManager cache, RequestKey key) {
        Optional<CachedResult> found = cache.find(key);
        assertThat(found).as("the result of " + key).isPresent();
        return found.orElseThrow();
    }

    static InputStream open(CachedResult result) {
        Optional<InputStream> stream = result.open(CSV);
        assertThat(stream).as("the content of " + result.manifest().key()).isPresent();
        return stream.orElseThrow();
    }

    static byte[] read(CachedResult result) throws IOException {
        try (InputStream in = open(result)) {
            return in.readAllBytes();
        }
    }

    /** The content of a result that must be there. */
    static byte[] read(CacheManager cache, RequestKey key) throws IOException {
        return read(found(cache, key));
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Reads an area to its end, page by page. */
    static List<Manifest> listAll(CacheManager cache, CachePolicy area, int limit) {
        List<Manifest> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<Manifest> page = cache.list(area, cursor, limit);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }

    static List<RequestKey> listed(CacheManager cache, CachePolicy area) {
        return listAll(cache, area, 10).stream().map(Manifest::key).toList();
    }

    /** Neither found nor listed. */
    static void assertNothingVisible(CacheManager cache, RequestKey key) {
        assertThat(cache.find(key)).as("the result of " + key).isEmpty();
        for (CachePolicy area : CachePolicy.values()) {
            assertThat(listed(cache, area)).as("what the %s area lists", area).doesNotContain(key);
        }
    }

    /** A format has the media type and the content, and its manifest says so. */
    static void assertFormat(CachedResult result, String name, String mediaType, byte[] content) throws IOException {
        FormatName format = new FormatName(name);
        StoredFormat stored = result.manifest().format(format).orElseThrow();
        assertThat(stored.mediaType()).isEqualTo(mediaType);
        assertThat(stored.length()).isEqualTo(content.length);
        assertThat(stored.sha256()).isEqualTo(sha256(content));
        try (InputStream in = result.open(format).orElseThrow()) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }
}
