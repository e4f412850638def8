package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends waits for answers that will not come. A connection can die without a sign: its packets are dropped, and a read
 * waits forever. One that has been in use for longer than a limit is compared with what the server says of it, over
 * another connection: where the server still works, or waits for a lock, nothing happens; else the connection is aborted,
 * and its user gets an error. Safe for use by many threads.
 */
final class ConnectionWatchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatchdog.class);

    /** How long connections are probed before use after one was found dead. */
    private static final Duration SUSPICION = Duration.ofSeconds(30);

    /** When a server that cannot be asked is taken for dead, in limits. */
    private static final int LIMITS_UNTIL_PRESUMED = 3;

    /** How long a server may work on one use. */
    private static final Duration MAX_WORK = Duration.ofMinutes(10);

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration MAX_PERIOD = Duration.ofSeconds(1);

    private final Duration limit;
    private final Runnable onLoss;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService asking = Executors.newCachedThreadPool(DaemonThreads.named("armlib-jdbc-ask"));
    private final Optional<ScheduledFuture<?>> checks;
    private volatile boolean lost;
    private volatile long lostAt;

    /** Says what the server does. */
    @FunctionalInterface
    interface Server {
        /** Whether it works for a connection, or did within the limit. */
        boolean isWorkingFor(Connection connection) throws SQLException;
    }

    /**
     * A watchdog.
     *
     * @param limit how long a use may last before the server is asked
     * @param onLoss runs when a connection was aborted
     * @param server what is asked; empty if connections cannot die, or nothing can say so
     */
    ConnectionWatchdog(Duration limit, Runnable onLoss, Optional<Server> server) {
        this.limit = limit;
        this.onLoss = onLoss;
        this.timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("armlib-jdbc-watchdog"));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        long period = Math.max(1, Math.min(limit.dividedBy(10).toMillis(), MAX_PERIOD.toMillis()));
        this.checks = server.map(
                one -> timer.scheduleWithFixedDelay(() -> check(one), period, period, TimeUnit.MILLISECONDS));
    }

    Duration limit() {
        return limit;
    }

    /** Watches a connection until {@link Watch#end}. */
    Watch watch(Connection connection) {
        Watch watch = new Watch(connection);
        watches.add(watch);
        return watch;
    }

    /** Whether a connection died a short time ago, so that others may be dead too. */
    boolean isSuspicious() {
        return lost && System.nanoTime() - lostAt < SUSPICION.toNanos();
    }

    /** Aborts all connections in use. */
    void abortAll() {
        List.copyOf(watches).forEach(Watch::abort);
    }

    @Override
    public void close() {
        checks.ifPresent(one -> one.cancel(true));
        timer.shutdownNow();
        asking.shutdownNow();
    }

    private void check(Server server) {
        boolean answers = true;
        for (Watch watch : watches) {
            try {
                if (System.nanoTime() - watch.checkAt >= 0) {
                    answers = answers && ask(watch, server);
                    if (watch.isDead(answers)) {
                        watch.abort();
                        lost();
                    }
                }
            } catch (InterruptedException e) {
                // Closed.
                return;
            } catch (RuntimeException e) {
                LOG.warn("a database connection was not checked", e);
            }
        }
    }

    /** Notes what the server does for a connection; false if it cannot be asked. */
    private boolean ask(Watch watch, Server server) throws InterruptedException {
        Future<Boolean> answer = asking.submit(() -> server.isWorkingFor(watch.connection));
        try {
            watch.isWorking = answer.get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            // The connections that are idle, and that a pool would ask with, may be dead too.
            answer.cancel(true);
            onLoss.run();
        } catch (ExecutionException e) {
            LOG.debug("the server did not say whether it works for a connection", e);
        }
        return false;
    }

    /** Notes that a connection was found dead. */
    void lost() {
        if (!isSuspicious()) {
            LOG.warn(
                    "A database connection was closed: the server did not answer on it for {} s, as happens when a"
                            + " firewall or a proxy drops connections. Calls continue on other connections; those that"
                            + " died with it are replaced without further messages.",
                    limit.toSeconds());
        }
        lostAt = System.nanoTime();
        lost = true;
        onLoss.run();
    }

    /** One use of a connection. */
    final class Watch {
        private final Connection connection;
        private final long since = System.nanoTime();
        private long checkAt = since + limit.toNanos();
        private boolean isWorking;
        private boolean ended;

        private Watch(Connection connection) {
            this.connection = connection;
        }

        /** The use is over: from now on the connection is somebody else's. */
        void end() {
            watches.remove(this);
            synchronized (this) {
                ended = true;
            }
        }

        /** Whether nothing will come any more; {@code asked} says whether {@link #isWorking} is the server's word. */
        private boolean isDead(boolean asked) {
            Duration age = Duration.ofNanos(System.nanoTime() - since);
            if (!asked) {
                return age.compareTo(limit.multipliedBy(LIMITS_UNTIL_PRESUMED)) > 0;
            }
            checkAt = System.nanoTime() + limit.toNanos();
            return !isWorking || age.compareTo(MAX_WORK) > 0;
        }

        /** Breaks the connection, so that its user gets an error. On a thread of its own, for a driver may wait for the network. */
        private void abort() {
            watches.remove(this);
            DaemonThreads.named("armlib-jdbc-abort").newThread(this::abortNow).start();
        }

        private synchronized void abortNow() {
            if (ended) {
                return;
            }
            try {
                connection.abort(Runnable::run);
            } catch (SQLException | AbstractMethodError e) {
                LOG.warn("a dead database connection could not be closed", e);
            }
        }
    }
}
