package org.armlib.aws.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A call is done though its thread is interrupted, and the interruption is kept. */
class UninterruptedTest {

    @AfterEach
    void forgetTheInterruption() {
        Thread.interrupted();
    }

    @Test
    void a_call_of_an_interrupted_thread_does_not_see_the_interruption() {
        Thread.currentThread().interrupt();

        assertThat(Uninterrupted.call(() -> Thread.currentThread().isInterrupted()))
                .isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void a_call_that_an_interruption_cuts_off_is_made_again() {
        AtomicInteger calls = new AtomicInteger();

        int answer = Uninterrupted.call(() -> {
            if (calls.incrementAndGet() == 1) {
                Thread.currentThread().interrupt();
                throw AbortedException.create("interrupted");
            }
            return calls.get();
        });

        assertThat(answer).isEqualTo(2);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void a_call_that_was_cut_off_is_made_again_though_the_thread_does_not_say_so() {
        AtomicInteger calls = new AtomicInteger();

        int answer = Uninterrupted.call(() -> {
            if (calls.incrementAndGet() == 1) {
                throw SdkClientException.create("null", new IOException(new InterruptedIOException()));
            }
            return calls.get();
        });

        assertThat(answer).isEqualTo(2);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void a_call_whose_wait_for_a_connection_was_cancelled_is_made_again() {
        AtomicInteger calls = new AtomicInteger();

        int answer = Uninterrupted.call(() -> {
            if (calls.incrementAndGet() == 1) {
                throw new CancellationException();
            }
            return calls.get();
        });

        assertThat(answer).isEqualTo(2);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void a_call_that_waited_too_long_is_not_made_again() {
        assertThatThrownBy(() -> Uninterrupted.call(() -> {
                    throw SdkClientException.create("too long", new SocketTimeoutException());
                }))
                .isInstanceOf(SdkClientException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_call_that_ends_by_itself_is_not_made_again() {
        assertThatThrownBy(() -> Uninterrupted.call(() -> {
                    throw AbortedException.create("the client was closed");
                }))
                .isInstanceOf(AbortedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
