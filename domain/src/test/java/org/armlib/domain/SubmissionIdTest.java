package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubmissionIdTest {
    private static final long MAX_TIME = 0xffff_ffff_ffffL;

    @Test
    void the_written_form_is_read_back_and_orders_as_the_ids_do() {
        Generators.check(50_000, generate -> {
            SubmissionId one = any(generate);
            SubmissionId other = generate.oneIn(2)
                    ? any(generate)
                    : new SubmissionId(one.time(), generate.random().nextLong());

            assertThat(SubmissionId.parse(one.toString())).isEqualTo(one);
            assertThat(one.toString()).matches("[0-9a-f]{28}");
            assertThat(Integer.signum(one.compareTo(other)))
                    .isEqualTo(Integer.signum(one.toString().compareTo(other.toString())))
                    .isEqualTo(-Integer.signum(other.compareTo(one)));
        });
    }

    @Test
    void the_next_orders_after_whatever_the_clock_says() {
        Generators.check(50_000, generate -> {
            SubmissionId one = any(generate);
            Instant now = Instant.ofEpochMilli(
                    generate.oneIn(2) ? one.time() : generate.random().nextLong(MAX_TIME));

            SubmissionId next = one.next(now, generate.random());
            assertThat(next).isGreaterThan(one);
            assertThat(next.time()).isGreaterThanOrEqualTo(now.toEpochMilli());
        });
    }

    @Test
    void the_entropy_is_compared_without_sign() {
        assertThat(new SubmissionId(1, -1)).isGreaterThan(new SubmissionId(1, Long.MAX_VALUE));
        assertThat(new SubmissionId(1, -1)).isLessThan(new SubmissionId(2, 0));
        assertThat(new SubmissionId(1, -1)).hasToString("000000000001ffffffffffffffff");
    }

    @Test
    void a_time_has_48_bits() {
        assertThat(new SubmissionId(0, 0).time()).isZero();
        assertThat(new SubmissionId(MAX_TIME, 0).time()).isEqualTo(MAX_TIME);
        for (long time : List.of(-1L, MAX_TIME + 1, Long.MIN_VALUE, Long.MAX_VALUE)) {
            assertThatThrownBy(() -> new SubmissionId(time, 0))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("submission: time " + time + " is not in 0..281474976710655");
        }
    }

    @Test
    void other_text_is_refused() {
        String good = "000000000001ffffffffffffffff";
        for (String text : List.of(
                "",
                good.substring(1),
                good + "0",
                good.replace('1', 'g'),
                good.replace('1', '\u0661'),
                good.replace('1', '-'),
                good.replace('1', ' '))) {
            assertThatThrownBy(() -> SubmissionId.parse(text))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageEndingWith("is not 28 hexadecimal digits")
                    .message()
                    .matches("[ -~]+");
        }
    }

    private static SubmissionId any(Generators generate) {
        // One off the top, so that there is a next.
        return new SubmissionId(
                generate.random().nextLong(MAX_TIME), generate.random().nextLong());
    }
}
