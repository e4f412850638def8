package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The small values: what they accept, and what they refuse. */
class ValuesTest {

    @Test
    void a_format_name_is_a_suffix() {
        for (String name : List.of("csv", "xlsx", "tar.gz", "7z", "geo-json", "a", "x".repeat(32))) {
            assertThat(new FormatName(name)).hasToString(name);
        }
        for (String name : List.of(
                "",
                ".",
                ".csv",
                "csv.",
                "tar..gz",
                "-a",
                "a-",
                "a.-b",
                "CSV",
                "c sv",
                "c/sv",
                "c_sv",
                "csv\n",
                "\u00e9",
                "..",
                "x".repeat(33))) {
            assertRefused("format", () -> new FormatName(name));
        }
        assertThatThrownBy(() -> new FormatName("a/\u0000"))
                .hasMessageStartingWith("format: 'a/\\u0000' is no format name; allowed are 1 to 32 of a-z 0-9");
    }

    @Test
    void progress_is_a_share() {
        assertThat(new Progress(0, "").fraction()).isZero();
        assertThat(new Progress(1, "done").fraction()).isEqualTo(1);
        for (double fraction : new double[] {-0.001, 1.001, Double.NaN, Double.NEGATIVE_INFINITY}) {
            assertRefused("progress", () -> new Progress(fraction, ""));
        }
    }

    @Test
    void messages_are_cut_and_never_through_a_surrogate_pair() {
        assertThat(new Progress(0, "m".repeat(500)).message()).hasSize(500);
        assertThat(new Progress(0, "m".repeat(501)).message()).hasSize(500);
        assertThat(new Progress(0, "m".repeat(499) + "\ud83d\ude00").message()).isEqualTo("m".repeat(499));
        assertThat(new Progress(0, "m".repeat(498) + "\ud83d\ude00").message()).endsWith("\ud83d\ude00");
        assertThat(Failure.retryable("m".repeat(4000)).message()).hasSize(4000);
        assertThat(Failure.retryable("m".repeat(100_000)).message()).hasSize(4000);
        assertThat(Failure.permanent("m".repeat(3999) + "\ud83d\ude00").message())
                .isEqualTo("m".repeat(3999));
        Generators.check(5_000, generate -> {
            Progress progress = new Progress(0, "\ud83d\ude00".repeat(240) + generate.anyText(60));
            assertThat(Text.unpairedSurrogate(progress.message())).isEqualTo(-1);
            assertThat(progress.message().length()).isLessThanOrEqualTo(500);
        });
    }

    @Test
    void a_worker_name_prints() {
        for (String name : List.of("host-4711-2", "w", "~!@", "x".repeat(200))) {
            assertThat(new WorkerId(name)).hasToString(name);
        }
        for (String name : List.of("", " ", "a b", "a\n", "a\u007f", "\u00e9", "x".repeat(201))) {
            assertRefused("worker", () -> new WorkerId(name));
        }
    }

    @Test
    void an_epoch_only_grows() {
        assertThat(DataEpoch.FIRST.value()).isZero();
        assertThat(DataEpoch.FIRST.next()).isGreaterThan(DataEpoch.FIRST).isEqualTo(new DataEpoch(1));
        assertRefused("epoch", () -> new DataEpoch(-1));
    }

    @Test
    void a_manifest_lists_each_format_once_in_the_order_of_names() {
        Manifest manifest = manifest(format("xlsx", 7), format("csv", 5), format("tar.gz", 11));

        assertThat(manifest.formats()).extracting(f -> f.name().value()).containsExactly("csv", "tar.gz", "xlsx");
        assertThat(manifest.length()).isEqualTo(23);
        assertThat(manifest.format(new FormatName("csv"))).contains(format("csv", 5));
        assertThat(manifest.format(new FormatName("pdf"))).isEmpty();
        assertThat(manifest.key()).isEqualTo(manifest.request().key());
        assertThat(manifest).isEqualTo(manifest(format("csv", 5), format("tar.gz", 11), format("xlsx", 7)));
        assertThatThrownBy(() -> manifest.formats().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertRefused("formats", () -> manifest(format("csv", 5), format("csv", 6)));
    }

    @Test
    void a_manifest_moves_to_another_area_with_nothing_else_changed() {
        Manifest manifest = manifest(format("csv", 5));
        Manifest moved = manifest.withCachePolicy(CachePolicy.STICKY);

        assertThat(moved.request().sticky()).isTrue();
        assertThat(moved.withCachePolicy(CachePolicy.TEMPORARY)).isEqualTo(manifest);
    }

    @Test
    void phases_and_states_have_the_same_names() {
        for (Phase phase : Phase.values()) {
            Class<?> state = switch (phase) {
                case PENDING -> Pending.class;
                case IN_PROGRESS -> InProgress.class;
                case COMPLETED -> Completed.class;
                case FAILED -> Failed.class;
                case CANCELLED -> Cancelled.class;
            };
            assertThat(phase.label()).isEqualTo(state.getSimpleName());
            assertThat(phase.isFinished()).isEqualTo(RequestState.Finished.class.isAssignableFrom(state));
        }
    }

    @Test
    void errors_say_on_which_key_and_whether_a_retry_can_help() {
        RequestKey key = new RequestKey("k");

        StaleEpochException stale = new StaleEpochException(key, DataEpoch.FIRST, DataEpoch.FIRST.next());
        assertThat(stale.key()).contains(key);
        assertThat(stale.retryable()).isTrue();
        assertThat(stale).hasMessageContaining("begun in data epoch 0").hasMessageContaining("(epoch 1)");
        assertThat(new IllegalTransitionException(key, "no").key()).contains(key);
        assertThat(new InvalidRequestException("key", "no").key()).isEmpty();
        assertThat(new InvalidRequestException("key", "no").retryable()).isFalse();
    }

    private static Manifest manifest(StoredFormat... formats) {
        BatchRequest request = BatchRequest.of("/report").build();
        return new Manifest(request, new SubmissionId(1, 2), DataEpoch.FIRST, 1, Instant.EPOCH, List.of(formats));
    }

    private static StoredFormat format(String name, long length) {
        return new StoredFormat(new FormatName(name), "text/plain", length, "0".repeat(64), Encoding.GZIP, length);
    }

    private static void assertRefused(String field, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.field()).isEqualTo(field))
                .message()
                .matches("[ -~]+");
    }
}
