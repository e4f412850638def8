package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueueException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The way to the database: runs work in sessions, on threads of its own, and again where that is safe.
 *
 * <p>An interruption meant for a caller would break the connection of a virtual thread in the middle of a statement, and
 * closes the file of an embedded H2: such callers' threads never touch a connection. Safe for use by many threads.
 */
final class Sessions implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE_OF_A_CONFLICT = Duration.ofMillis(50);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);
    private static final Duration ABORT_PATIENCE = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final boolean callersMayWork;
    private final Connections connections;
    private final Optional<String> transactionStart;
    private final boolean isAlwaysInTransaction;
    private final Duration patience;
    private final ForkJoinPool threads;
    private final Semaphore callerIsAlone = new Semaphore(1);

    /** Work in one session; it throws what JDBC throws. */
    @FunctionalInterface
    interface Work<T> {
        T run(Handle handle) throws SQLException;
    }

    /**
     * Sessions on {@code connections} to the server that {@code facts} describe.
     *
     * @param patience how long work is tried again
     * @param parallel how many sessions run at once
     */
    Sessions(Connections connections, ServerFacts facts, Duration patience, int parallel) {
        this.jdbi = Jdbi.create(connections);
        this.connections = connections;
        this.callersMayWork = facts.database().bearsInterruption();
        this.transactionStart = facts.transactionStart();
        // Its steps are single statements, which count on READ COMMITTED as well.
        this.isAlwaysInTransaction = facts.database() == Database.POSTGRESQL && transactionStart.isPresent();
        this.patience = patience;
        AtomicInteger number = new AtomicInteger();
        // It wakes the thread that has rested least, whose connection and server process are still warm.
        this.threads = new ForkJoinPool(
                parallel,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("armlib-jdbc-" + number.incrementAndGet());
                    return thread;
                },
                null,
                true);
    }

    /** The threads on which {@link #inSession} and {@link #inTransaction} are called. */
    ExecutorService threads() {
        return threads;
    }

    /** Whether they may be called on the thread that asks this. */
    boolean callerMayWork() {
        return callersMayWork && !isVirtual(Thread.currentThread());
    }

    /** What Thread.isVirtual says from Java 21 on. */
    private static boolean isVirtual(Thread thread) {
        return "VirtualThreads".equals(thread.getThreadGroup().getName());
    }

    /**
     * Runs {@code work} on the caller's thread if that may work and no other does, else on one of the threads, and waits for
     * it; an interruption of the caller does not end that.
     */
    <T> T call(Callable<T> work) {
        if (!callerMayWork() || !callerIsAlone.tryAcquire()) {
            return await(submit(work));
        }
        try {
            if (threads.isShutdown()) {
                throw closed();
            }
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw rethrown(e);
        } finally {
            callerIsAlone.release();
        }
    }

    /** Runs {@code work} on one of the threads. */
    <T> CompletableFuture<T> submit(Callable<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    answer.complete(work.call());
                } catch (Throwable problem) {
                    answer.completeExceptionally(problem);
                }
            });
        } catch (RejectedExecutionException e) {
            throw closed();
        }
        return answer;
    }

    /** The answer, or the exception that came in its place. */
    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw rethrown(e);
        }
    }

    /** What made an answer fail, to be thrown. */
    static RuntimeException rethrown(Exception failed) {
        Throwable problem = failed.getCause() == null ? failed : failed.getCause();
        if (problem instanceof Error error) {
            throw error;
        }
        return problem instanceof RuntimeException runtime
                ? runtime
                : new QueueException("the queue's own work failed", Optional.empty(), false, problem);
    }

    static QueueException closed() {
        return new QueueException("the queue is closed", false);
    }

    /** Runs statements each of which is a transaction of its own. */
    <T> T inSession(String tried, Optional<RequestKey> key, Work<T> work) {
        return persistently(tried, key, handle -> session(handle, work), true);
    }

    /** Runs {@code work} in one transaction. */
    <T> T inTransaction(String tried, Optional<RequestKey> key, Work<T> work) {
        return persistently(tried, key, handle -> transaction(handle, work), true);
    }

    /**
     * Runs one statement that leaves nothing behind by which a second try would find the first; tried again only where that
     * was rolled back.
     */
    <T> T once(String tried, Work<T> work) {
        return persistently(tried, Optional.empty(), handle -> session(handle, work), false);
    }

    /** Runs such work in one transaction. */
    <T> T onceInTransaction(String tried, Work<T> work) {
        return persistently(tried, Optional.empty(), handle -> transaction(handle, work), false);
    }

    private <T> T session(Handle handle, Work<T> work) throws SQLException {
        return isAlwaysInTransaction ? transaction(handle, work) : work.run(handle);
    }

    private <T> T transaction(Handle handle, Work<T> work) throws SQLException {
        Connection connection = handle.getConnection();
        connection.setAutoCommit(false);
        T answer;
        try {
            transactionStart.ifPresent(handle::execute);
            answer = work.run(handle);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            undo(connection, e);
            throw e;
        }
        connection.setAutoCommit(true);
        return answer;
    }

    private static void undo(Connection connection, Exception cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // The connection is lost, and with it the transaction.
            cause.addSuppressed(e);
        }
    }

    /**
     * Every step is safe to repeat: one whose answer was lost finds what it did by the tokens it left. A caller's thread
     * that is interrupted here does its work to the end, and finds that it was interrupted then.
     */
    private <T> T persistently(String tried, Optional<RequestKey> key, Work<T> work, boolean afterOutage) {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        boolean interrupted = Thread.interrupted();
        boolean outlivedAnOutage = false;
        try {
            while (true) {
                Duration longest;
                boolean connected = false;
                try (Handle handle = jdbi.open()) {
                    connected = true;
                    return work.run(handle);
                } catch (ArmlibException e) {
                    throw e;
                } catch (SQLException | RuntimeException e) {
                    connections.failed(e);
                    // Who waits for a connection of the pool is disturbed by it.
                    boolean disturbed = Thread.interrupted();
                    interrupted |= disturbed;
                    longest = Faults.isConflict(e) ? LONGEST_PAUSE_OF_A_CONFLICT : LONGEST_PAUSE;
                    // A connection that died takes longer to be found dead than the patience may last; another is
                    // there.
                    boolean isFirstOfItsKind = connected && !outlivedAnOutage && !patience.isZero();
                    outlivedAnOutage |= isFirstOfItsKind;
                    boolean again = (disturbed && !connected)
                            || ((Faults.isConflict(e) || (afterOutage && (disturbed || Faults.isOutage(e))))
                                    && (System.nanoTime() < deadline || isFirstOfItsKind));
                    if (threads.isShutdown()) {
                        // Closed while a caller's own thread was at work.
                        throw closed();
                    }
                    if (!again) {
                        throw Faults.translate(tried, key, e);
                    }
                }
                LockSupport.parkNanos(
                        (long) (pause.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1)));
                pause = pause.multipliedBy(2).compareTo(longest) < 0 ? pause.multipliedBy(2) : longest;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes no further work, and waits a little for what is under way. */
    @Override
    public void close() {
        threads.shutdown();
        boolean interrupted = false;
        try {
            if (!threads.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                connections.abort();
                threads.awaitTermination(ABORT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        connections.abort();
        connections.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
