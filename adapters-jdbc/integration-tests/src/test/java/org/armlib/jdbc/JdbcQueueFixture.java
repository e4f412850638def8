package org.armlib.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;
import org.armlib.tck.DurableQueueFixture;
import org.armlib.tck.QueueOpener;

/** A queue in tables of its own in a database that others use as well. */
final class JdbcQueueFixture implements DurableQueueFixture {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String url;
    private final JdbcQueueSettings settings;
    private final RetryPolicy policy;
    private final List<QueueManager> open = new ArrayList<>();

    JdbcQueueFixture(String url, RetryPolicy policy) {
        this.url = url;
        this.settings = JdbcQueueSettings.DEFAULT.withTablePrefix(
                "t" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet() + "_");
        this.policy = policy;
        try {
            MovedClock.make(url, settings.names());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public QueueManager open() {
        QueueManager queue = JdbcQueueManager.open(JdbcAccess.to(url), settings, policy, MovedClock.INSTANCE);
        open.add(queue);
        return queue;
    }

    @Override
    public void advance(Duration time) {
        try {
            MovedClock.advance(url, settings.names(), time);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String location() {
        return settings.tablePrefix() + " " + url;
    }

    @Override
    public Class<? extends QueueOpener> opener() {
        return Opener.class;
    }

    @Override
    public void close() {
        open.forEach(QueueManager::close);
    }

    /** Opens such a queue in another process. */
    static final class Opener implements QueueOpener {
        @Override
        public QueueManager open(String location, RetryPolicy policy) {
            String[] parts = location.split(" ", 2);
            return JdbcQueueManager.open(
                    JdbcAccess.to(parts[1]),
                    JdbcQueueSettings.DEFAULT.withTablePrefix(parts[0]),
                    policy,
                    MovedClock.INSTANCE);
        }
    }
}
