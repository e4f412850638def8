package org.armlib.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.armlib.domain.ArmlibException;
import org.armlib.ports.QueueException;

/**
 * Makes one statement of the calls that arrive while the database is busy with those before: group commit. A call that
 * arrives alone is not held back, so that the delay it can add is the time of one statement; its own thread may do the
 * work, which saves two changes of threads.
 *
 * <p>Safe for use by many threads.
 *
 * @param <Q> what a call asks
 * @param <A> what it is answered
 */
final class Combiner<Q, A> {
    private final int atOnce;
    private final int parallel;
    private final Executor threads;
    private final BooleanSupplier callerMayWork;
    private final Consumer<List<Call<Q, A>>> step;

    private final Deque<Call<Q, A>> waiting = new ArrayDeque<>();
    private int running;
    private boolean closed;

    /** One call: what it asks, and where its answer goes. */
    static final class Call<Q, A> {
        private final Q question;
        private final CompletableFuture<A> answer = new CompletableFuture<>();

        private Call(Q question) {
            this.question = question;
        }

        Q question() {
            return question;
        }

        void answer(A value) {
            answer.complete(value);
        }

        void refuse(Throwable problem) {
            answer.completeExceptionally(problem);
        }

        boolean isAnswered() {
            return answer.isDone();
        }
    }

    /**
     * Combines calls.
     *
     * @param atOnce how many calls a step takes at most
     * @param parallel how many steps run at once
     * @param threads what runs them
     * @param callerMayWork whether the thread that asks it may run the step of its own call
     * @param step answers calls; what it leaves unanswered when it throws is refused with what it threw
     */
    Combiner(
            int atOnce,
            int parallel,
            Executor threads,
            BooleanSupplier callerMayWork,
            Consumer<List<Call<Q, A>>> step) {
        this.atOnce = atOnce;
        this.parallel = parallel;
        this.threads = threads;
        this.callerMayWork = callerMayWork;
        this.step = step;
    }

    /** Asks, and waits for the answer; an interruption does not end the wait. */
    A call(Q question) {
        Call<Q, A> call = new Call<>(question);
        if (callerMayWork.getAsBoolean() && beginsAlone()) {
            try {
                run(List.of(call));
            } finally {
                handOver();
            }
        } else {
            enqueue(List.of(call));
        }
        return await(call);
    }

    /** Begins a step for a call before which none waits; otherwise nothing. */
    private boolean beginsAlone() {
        synchronized (waiting) {
            boolean alone = !closed && running < parallel && waiting.isEmpty();
            if (alone) {
                running++;
            }
            return alone;
        }
    }

    /** Ends the caller's own step: what has come in the meantime is for the threads. */
    private void handOver() {
        synchronized (waiting) {
            running--;
            if (!waiting.isEmpty()) {
                start();
            }
        }
    }

    /** Asks all of them, in that order. */
    List<Call<Q, A>> callAll(List<Q> questions) {
        List<Call<Q, A>> calls = questions.stream().map(Call<Q, A>::new).toList();
        enqueue(calls);
        return calls;
    }

    private void enqueue(List<Call<Q, A>> calls) {
        synchronized (waiting) {
            if (closed) {
                throw Sessions.closed();
            }
            waiting.addAll(calls);
            if (running < parallel) {
                start();
            }
        }
    }

    static <A> A await(Call<?, A> call) {
        return Sessions.await(call.answer);
    }

    /** Refuses what waits, and what comes. */
    void close() {
        List<Call<Q, A>> left;
        synchronized (waiting) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(call -> call.refuse(Sessions.closed()));
    }

    private void start() {
        try {
            threads.execute(this::work);
            running++;
        } catch (RejectedExecutionException e) {
            throw Sessions.closed();
        }
    }

    private void work() {
        List<Call<Q, A>> batch = next();
        while (!batch.isEmpty()) {
            run(batch);
            batch = next();
        }
    }

    private List<Call<Q, A>> next() {
        synchronized (waiting) {
            List<Call<Q, A>> batch = new ArrayList<>(Math.min(atOnce, waiting.size()));
            while (batch.size() < atOnce && !waiting.isEmpty()) {
                batch.add(waiting.remove());
            }
            if (batch.isEmpty()) {
                running--;
            }
            return batch;
        }
    }

    private void run(List<Call<Q, A>> batch) {
        try {
            step.accept(batch);
        } catch (ArmlibException e) {
            List<Call<Q, A>> left =
                    batch.stream().filter(call -> !call.isAnswered()).toList();
            if (left.size() > 1 && !e.retryable()) {
                // One of them is to blame, and the others are not to suffer for it.
                left.forEach(call -> run(List.of(call)));
            } else {
                left.forEach(call -> call.refuse(e));
            }
        } catch (Throwable problem) {
            batch.forEach(call -> call.refuse(problem));
        }
        for (Call<Q, A> call : batch) {
            if (!call.isAnswered()) {
                call.refuse(new QueueException("a call was left without an answer", false));
            }
        }
    }
}
