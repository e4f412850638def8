package org.armlib.jdbc;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.util.function.Function;
import javax.sql.DataSource;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;

/**
 * Binds {@link QueueManager} to a {@link JdbcQueueManager}, which may also be asked for by its own name, to submit as part
 * of a transaction; needs {@link RetryPolicy} bound elsewhere.
 */
public final class JdbcQueueModule extends AbstractModule {
    private final Function<RetryPolicy, JdbcQueueManager> opener;

    /** The module of a queue with connections of its own to the database that {@code access} leads to. */
    public JdbcQueueModule(JdbcAccess access, JdbcQueueSettings settings) {
        this.opener = policy -> JdbcQueueManager.open(access, settings, policy);
    }

    /** The module of a queue in the database of {@code source}, which the program itself closes. */
    public JdbcQueueModule(DataSource source, JdbcQueueSettings settings) {
        this.opener = policy -> new JdbcQueueManager(source, settings, policy);
    }

    /** The queue, or why it could not be opened: Guice would try again for each that depends on it. */
    @Provides
    @Singleton
    Opening opening(RetryPolicy policy) {
        try {
            JdbcQueueManager queue = opener.apply(policy);
            return () -> queue;
        } catch (ArmlibException e) {
            return () -> {
                throw e;
            };
        }
    }

    @Provides
    JdbcQueueManager jdbcQueueManager(Opening opening) {
        return opening.queue();
    }

    @Provides
    QueueManager queueManager(JdbcQueueManager queue) {
        return queue;
    }

    /** The one try to open the queue. */
    @FunctionalInterface
    interface Opening {
        JdbcQueueManager queue();
    }
}
