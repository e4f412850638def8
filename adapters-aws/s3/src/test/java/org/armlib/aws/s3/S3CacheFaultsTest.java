package org.armlib.aws.s3;

import static org.armlib.aws.s3.Results.CSV;
import static org.armlib.aws.s3.Results.commit;
import static org.armlib.aws.s3.Results.found;
import static org.armlib.aws.s3.Results.leased;
import static org.armlib.aws.s3.Results.noise;
import static org.armlib.aws.s3.Results.read;
import static org.armlib.tck.CacheSamples.submission;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Stores that are slow, forgetful, full or closed: the rules hold, and what cannot be done is told. */
class S3CacheFaultsTest {
    private final Counterpart counterpart = Counterpart.proxy();
    private final S3CacheSettings settings = counterpart.settings();
    private final Faults faults = new Faults();
    private final S3CacheManager cache = counterpart.open(settings, faults);

    @AfterEach
    void close() {
        faults.stop();
        cache.close();
        counterpart.remove(settings);
    }

    @Test
    void the_rules_hold_while_a_store_throttles_fails_and_forgets_to_answer()
            throws IOException, InterruptedException, ExecutionException {
        Random random = new Random(42);
        // One call in five: that eight tries of one call fail, after which it is given up, is next to impossible.
        faults.answer(request -> {
            int chance = nextInt(random, 100);
            return chance < 15
                    ? Optional.of(Faults.error(503, "SlowDown"))
                    : chance < 18 ? Optional.of(Faults.error(500, "InternalError")) : Optional.empty();
        });
        faults.loseAnswers(request -> nextInt(random, 100) < 2);

        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Integer>> published = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int attempt = thread + 1;
            published.add(threads.submit(() -> {
                int count = 0;
                for (int i = 0; i < 15; i++) {
                    Commit commit =
                            commit(cache, leased("k" + i, CachePolicy.TEMPORARY, 1, attempt), noise(attempt, 10_000));
                    count += commit instanceof Commit.Published ? 1 : 0;
                    int winner = found(cache, "k" + i).manifest().attempt();
                    assertThat(read(cache, "k" + i)).contains(noise(winner, 10_000));
                }
                return count;
            }));
        }
        int winners = 0;
        for (Future<Integer> thread : published) {
            winners += thread.get();
        }
        threads.shutdown();
        assertThat(winners).as("first commits of 15 submissions").isEqualTo(15);

        assertThat(cache.promote(new RequestKey("k0"))).isTrue();
        cache.retract(new RequestKey("k1"), submission(1));
        assertThat(cache.purge(Purge.ROUTINE).items()).isEqualTo(13);
        assertThat(read(cache, "k0")).isPresent();
        assertThat(read(cache, "k1")).isEmpty();
        assertThat(cache.purge(Purge.REBUILD).items()).isEqualTo(1);

        faults.stop();
        int before = faults.attempts();
        commit(cache, leased("after"), noise(1, 1_000));
        assertThat(faults.attempts() - before)
                .as(
                        "calls of a publication once it works again: two, and the state whenever it is not fresh, none twice")
                .isBetween(2, 5);
        assertThat(cache.epoch())
                .as("one rebuild, however often it was asked for")
                .isEqualTo(new DataEpoch(1));
    }

    @Test
    void a_store_that_always_fails_is_given_up_and_told() {
        faults.answer(request -> Optional.of(Faults.error(500, "InternalError")));
        int before = faults.attempts();

        assertThatThrownBy(() -> cache.find(new RequestKey("a")))
                .isInstanceOfSatisfying(
                        CacheException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("'a'")
                .hasMessageContaining("InternalError");
        assertThat(faults.attempts() - before).isEqualTo(8);
    }

    @Test
    void an_answer_that_is_lost_is_found_by_asking_again() throws IOException {
        AtomicInteger left = new AtomicInteger(1);
        faults.loseAnswers(request -> isConditional(request) && left.getAndDecrement() > 0);

        assertThat(commit(cache, leased("a"), noise(1, 1_000))).isInstanceOf(Commit.Published.class);
        left.set(1);
        cache.retract(new RequestKey("b"), submission(2));
        left.set(1);
        assertThat(cache.promote(new RequestKey("a"))).isTrue();
        left.set(1);
        cache.purge(Purge.REBUILD);

        assertThat(cache.epoch()).isEqualTo(new DataEpoch(1));
        assertThat(commit(cache, leased("b", CachePolicy.STICKY, 2, 1), noise(1, 10)))
                .isEqualTo(new Commit.Discarded(Commit.Reason.SUPERSEDED));
    }

    @Test
    void a_long_result_is_published_though_the_answer_to_its_completion_is_lost() throws IOException {
        AtomicInteger left = new AtomicInteger(1);
        faults.loseAnswers(request -> request instanceof CompleteMultipartUploadRequest && left.getAndDecrement() > 0);

        commit(cache, leased("a"), noise(1, 9 << 20));

        found(cache, "a").verify();
    }

    @Test
    void conflicts_are_tried_again_and_told_if_they_do_not_end() throws IOException {
        AtomicInteger left = new AtomicInteger(3);
        Function<SdkRequest, Optional<SdkException>> conflict =
                request -> isConditional(request) && left.getAndDecrement() > 0
                        ? Optional.of(Faults.error(409, "ConditionalRequestConflict"))
                        : Optional.empty();
        faults.answer(conflict);

        assertThat(commit(cache, leased("a"), noise(1, 1_000))).isInstanceOf(Commit.Published.class);

        left.set(Integer.MAX_VALUE);
        assertThatThrownBy(() -> cache.retract(new RequestKey("a"), submission(1)))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("others changed");
        faults.stop();
        assertThat(read(cache, "a")).contains(noise(1, 1_000));
    }

    @Test
    void a_read_goes_on_where_the_connection_broke() throws IOException {
        byte[] content = noise(1, 3_000_000);
        commit(cache, leased("a"), content);

        faults.cutReadsAfter(700_000);

        assertThat(read(cache, "a")).contains(content);
        assertThat(faults.cuts()).isEqualTo(4);
        found(cache, "a").verify();
    }

    @Test
    void a_read_that_never_gets_on_ends_with_an_exception() throws IOException {
        byte[] content = noise(1, 100_000);
        commit(cache, leased("a"), content);
        try (InputStream in = found(cache, "a").open(CSV).orElseThrow()) {
            assertThat(in.readNBytes(10)).hasSize(10);
        }
        var result = found(cache, "a");
        faults.cutReadsAfter(0);

        assertThatThrownBy(() -> {
                    try (InputStream in = result.open(CSV).orElseThrow()) {
                        in.readAllBytes();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broke off after 0 bytes");
        assertThatThrownBy(result::verify)
                .isInstanceOfSatisfying(
                        CacheException.class, e -> assertThat(e.retryable()).isTrue());
        faults.stop();
        assertThat(read(cache, "a")).as("not taken for damaged").contains(content);
    }

    @Test
    void a_read_does_not_go_on_with_another_object() throws IOException {
        commit(cache, leased("a"), noise(1, 1_000_000));
        var result = found(cache, "a");
        String part = result.location(CSV).getPath().substring(1);
        faults.cutReadsAfter(600_000);

        assertThatThrownBy(() -> {
                    try (InputStream in = result.open(CSV).orElseThrow()) {
                        in.read();
                        try (S3Client client = counterpart.client()) {
                            client.putObject(
                                    put -> put.bucket(settings.bucket()).key(part),
                                    software.amazon.awssdk.core.sync.RequestBody.fromBytes(noise(2, 1_000_000)));
                        }
                        in.readAllBytes();
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void W07_a_check_finds_that_results_cannot_be_written_and_leaves_nothing() {
        cache.check();
        assertNothingLeft();

        faults.answer(request -> request instanceof PutObjectRequest
                ? Optional.of(Faults.error(403, "AccessDenied"))
                : Optional.empty());
        assertThatThrownBy(cache::check).isInstanceOf(CacheException.class).hasMessageContaining("AccessDenied");
        faults.stop();
        cache.check();
    }

    @Test
    void a_piece_that_cannot_be_sent_fails_the_result_and_leaves_nothing() throws IOException {
        AtomicInteger pieces = new AtomicInteger();
        faults.answer(request -> request instanceof UploadPartRequest && pieces.incrementAndGet() > 1
                ? Optional.of(Faults.error(403, "AccessDenied"))
                : Optional.empty());
        try (ResultWriter writer = cache.write(leased("a"))) {
            assertThatThrownBy(() -> {
                        try (OutputStream out = writer.format("csv", "text/csv")) {
                            for (int i = 0; i < 100; i++) {
                                out.write(noise(i, 1 << 20));
                            }
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(writer::commit)
                    .isInstanceOfSatisfying(
                            CacheException.class, e -> assertThat(e.retryable()).isFalse())
                    .hasMessageContaining("AccessDenied")
                    .hasMessageContaining("policy");
        }
        faults.stop();

        assertNothingLeft();
        commit(cache, leased("a"), noise(1, 1_000));
        assertThat(read(cache, "a")).isPresent();
    }

    @Test
    void a_writer_that_is_closed_takes_back_what_it_has_sent() throws IOException {
        ResultWriter writer = cache.write(leased("a"));
        OutputStream out = writer.format("csv", "text/csv");
        for (int i = 0; i < 30; i++) {
            out.write(noise(i, 1 << 20));
        }

        writer.close();

        assertThatThrownBy(() -> out.write(noise(1, 1 << 20))).isInstanceOf(IOException.class);
        assertNothingLeft();
    }

    @Test
    void a_thread_that_is_interrupted_gets_its_small_calls_done() throws IOException {
        commit(cache, leased("a"), noise(1, 1_000));
        Thread.currentThread().interrupt();
        try {
            assertThat(cache.find(new RequestKey("a"))).isPresent();
            assertThat(cache.promote(new RequestKey("a"))).isTrue();
            cache.retract(new RequestKey("a"), submission(1));
            assertThat(cache.purge(Purge.ROUTINE)).isEqualTo(Cleared.NOTHING);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(cache.find(new RequestKey("a"))).isEmpty();
    }

    @Test
    void objects_that_could_not_be_deleted_at_once_are_tried_again() throws IOException {
        AtomicInteger refused = new AtomicInteger();
        try (S3CacheManager failing = counterpart.open(settings, new RefusingDeletes("InternalError", 3, refused))) {
            for (int i = 0; i < 5; i++) {
                commit(failing, leased("k" + i), noise(i, 1_000));
            }

            assertThat(failing.purge(Purge.ROUTINE)).isEqualTo(new Cleared(5, 5_000));
        }
        assertThat(refused).hasValue(3);
        assertNothingLeft();
    }

    @Test
    void objects_that_may_not_be_deleted_are_told() throws IOException {
        try (S3CacheManager failing =
                counterpart.open(settings, new RefusingDeletes("AccessDenied", 100, new AtomicInteger()))) {
            commit(failing, leased("a"), noise(1, 1_000));

            assertThatThrownBy(() -> failing.purge(Purge.ROUTINE))
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("1 of 1 objects could not be deleted")
                    .hasMessageContaining("AccessDenied");
            assertThat(read(failing, "a")).as("purged all the same").isEmpty();
        }
    }

    @Test
    void C05_a_result_whose_index_may_not_be_read_does_not_keep_the_others() throws IOException {
        for (int i = 0; i < 5; i++) {
            commit(cache, leased("k" + i), noise(i, 1_000));
        }
        denyIndexOf("k2");

        assertThatThrownBy(() -> cache.purge(Purge.ROUTINE))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("1 could not be removed, 4 were")
                .hasMessageContaining("AccessDenied");
        faults.stop();

        assertThat(cache.sincePurge()).isPresent();
        assertThat(cache.purge(Purge.ROUTINE).items()).isEqualTo(1);
    }

    @Test
    void C09_remains_whose_index_may_not_be_read_do_not_keep_the_others() throws IOException {
        for (int i = 0; i < 5; i++) {
            ResultWriter abandoned = cache.write(leased("k" + i));
            try (OutputStream out = abandoned.format("csv", "text/csv")) {
                out.write(noise(i, 1_000));
            }
        }
        denyIndexOf("k2");

        assertThatThrownBy(() -> cache.sweep(Duration.ofDays(-1)))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("1 could not be removed, 4 were");
        faults.stop();

        assertThat(cache.sweep(Duration.ofDays(-1)).items()).isEqualTo(1);
    }

    private void denyIndexOf(String key) {
        String index = new Layout(settings.prefix()).index(Layout.hash(new RequestKey(key)));
        faults.answer(
                request -> request instanceof GetObjectRequest get && get.key().equals(index)
                        ? Optional.of(Faults.error(403, "AccessDenied"))
                        : Optional.empty());
    }

    @Test
    void what_is_wrong_with_the_bucket_is_said() {
        S3CacheSettings missing = counterpart.settings().withCreateBucket(false);
        assertThatThrownBy(() -> counterpart.open(missing))
                .isInstanceOfSatisfying(
                        CacheException.class, e -> assertThat(e.retryable()).isFalse())
                .hasMessageContaining(missing.bucket())
                .hasMessageContaining("create-bucket");

        assertRefused(301, "PermanentRedirect", "set 'region'");
        assertRefused(403, "AccessDenied", "policy");
        assertRefused(403, "InvalidAccessKeyId", "credentials");
        assertRefused(507, "QuotaExceeded", "make room");
    }

    private void assertRefused(int status, String code, String advice) {
        faults.answer(request -> Optional.of(Faults.error(status, code)));
        assertThatThrownBy(() -> cache.find(new RequestKey("a")))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining(code)
                .hasMessageContaining(advice);
    }

    /** No part, and no upload, of anything. */
    private void assertNothingLeft() {
        try (S3Client client = counterpart.client()) {
            assertThat(client.listObjectsV2(
                                    list -> list.bucket(settings.bucket()).prefix(settings.prefix()))
                            .contents())
                    .filteredOn(object -> !object.key().endsWith("/state"))
                    .isEmpty();
            assertThat(client.listMultipartUploads(list -> list.bucket(settings.bucket()))
                            .uploads())
                    .isEmpty();
        }
        assertThat(cache.find(new RequestKey("a"))).isEmpty();
        try (CacheManager later = counterpart.open(settings, Clock.offset(Clock.systemUTC(), Duration.ofDays(2)))) {
            assertThat(later.sweep(Duration.ofDays(1))).isEqualTo(Cleared.NOTHING);
        }
    }

    private static boolean isConditional(SdkRequest request) {
        return (request instanceof PutObjectRequest put && (put.ifMatch() != null || put.ifNoneMatch() != null))
                || (request instanceof DeleteObjectRequest delete && delete.ifMatch() != null);
    }

    private static synchronized int nextInt(Random random, int bound) {
        return random.nextInt(bound);
    }

    /** Answers of DeleteObjects that say of one object that it is still there. */
    private record RefusingDeletes(String code, int times, AtomicInteger refused) implements ExecutionInterceptor {
        @Override
        public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
            if (context.request() instanceof DeleteObjectsRequest request
                    && context.response() instanceof DeleteObjectsResponse response
                    && refused.get() < times) {
                refused.incrementAndGet();
                String key = request.delete().objects().get(0).key();
                return response.toBuilder()
                        .errors(S3Error.builder()
                                .key(key)
                                .code(code)
                                .message("planted")
                                .build())
                        .build();
            }
            return context.response();
        }
    }
}
