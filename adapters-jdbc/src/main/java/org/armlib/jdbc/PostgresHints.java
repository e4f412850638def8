package org.armlib.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.armlib.domain.ArmlibException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints by LISTEN and NOTIFY. A server tells at most once in a while, since each NOTIFY takes a lock that all commits
 * with one share. One connection listens, and is opened again when it is lost. Safe for use by many threads.
 */
final class PostgresHints implements Hints {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresHints.class);
    private static final Duration BETWEEN_WORDS = Duration.ofMillis(20);
    private static final Duration LISTEN_TIME = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Connections connections;
    private final Duration timeout;
    private final Sessions sessions;
    private final String channel;
    private final Runnable onHint;
    private final String self = UUID.randomUUID().toString();
    private final ThreadPoolExecutor mouth;
    private final AtomicBoolean telling = new AtomicBoolean();
    private final AtomicBoolean untold = new AtomicBoolean();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable Connection listening;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread ear;

    /**
     * Hints on {@code channel}, a legal name.
     *
     * @param timeout how often the listening connection is checked, and how long it has for its answer
     * @param onHint runs for each hint that arrives, from any server
     */
    PostgresHints(Connections connections, Duration timeout, Sessions sessions, String channel, Runnable onHint) {
        this.connections = connections;
        this.timeout = timeout;
        this.sessions = sessions;
        this.channel = channel;
        this.onHint = onHint;
        this.mouth = new ThreadPoolExecutor(
                0, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.named("armlib-jdbc-tell"));
    }

    @Override
    public void listen() {
        if (started.compareAndSet(false, true)) {
            Thread thread = DaemonThreads.named("armlib-jdbc-listen").newThread(this::hear);
            thread.start();
            synchronized (this) {
                ear = thread;
            }
        }
    }

    private void hear() {
        try {
            do {
                try {
                    connections.unwatched(timeout, this::hear);
                } catch (SQLException e) {
                    LOG.debug("nobody listens for hints for now", e);
                }
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.debug("the ear was interrupted; polling goes on");
        }
    }

    private String hear(Connection connection) throws SQLException {
        PGConnection driver = connection.unwrap(PGConnection.class);
        try (Statement statement = connection.createStatement()) {
            listening = connection;
            statement.execute("LISTEN " + channel);
            // Something may have been said before anybody listened.
            onHint.run();
            long checkAt = System.nanoTime() + timeout.toNanos();
            while (closed.getCount() > 0) {
                PGNotification[] heard = driver.getNotifications((int) LISTEN_TIME.toMillis());
                if (Arrays.stream(heard).anyMatch(word -> !self.equals(word.getParameter()))) {
                    onHint.run();
                }
                if (System.nanoTime() - checkAt >= 0) {
                    // A connection that is dead hears nothing, as one that has nothing to hear.
                    Connections.probe(connection);
                    checkAt = System.nanoTime() + timeout.toNanos();
                }
            }
            statement.execute("UNLISTEN *");
        } finally {
            listening = null;
        }
        return channel;
    }

    @Override
    public void tell() {
        untold.set(true);
        if (!mouth.isShutdown() && telling.compareAndSet(false, true)) {
            try {
                mouth.execute(this::tellAll);
            } catch (RejectedExecutionException e) {
                LOG.debug("the queue is closing; others find out by themselves", e);
            }
        }
    }

    private void tellAll() {
        try {
            while (untold.getAndSet(false)) {
                sessions.inSession("tell other servers", Optional.empty(), handle -> {
                    tell(handle.getConnection(), self);
                    return channel;
                });
                closed.await(BETWEEN_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException | ArmlibException e) {
            LOG.debug("others were not told; they find out by themselves", e);
        } finally {
            telling.set(false);
        }
        if (untold.get()) {
            tell();
        }
    }

    @Override
    public void tell(Connection connection) throws SQLException {
        tell(connection, "transaction");
    }

    private void tell(Connection connection, String word) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            statement.setString(1, channel);
            statement.setString(2, word);
            statement.execute();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        mouth.shutdown();
        Thread thread;
        synchronized (this) {
            thread = ear;
        }
        boolean interrupted = false;
        if (thread != null) {
            try {
                thread.join(LISTEN_TIME.multipliedBy(4).toMillis());
                Connection left = listening;
                if (left != null) {
                    left.abort(Runnable::run);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (SQLException e) {
                LOG.debug("the connection that listens was not closed", e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
