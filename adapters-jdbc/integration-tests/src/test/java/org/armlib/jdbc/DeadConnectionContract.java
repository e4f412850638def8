package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.jdbc.servers.TcpProxy;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueException;
import org.junit.jupiter.api.Test;

/** Connections that die without a sign, in a network that drops their packets: work continues on others. */
interface DeadConnectionContract {
    WorkerId WORKER = new WorkerId("worker");
    Duration LIMIT = Duration.ofSeconds(1);

    /** A database that may hold other tables. */
    String url();

    default JdbcQueueSettings settings() {
        return JdbcQueueSettings.DEFAULT
                .withTablePrefix("d" + JdbcContract.NUMBER.incrementAndGet() + "_")
                .withSocketTimeout(LIMIT)
                .withPollInterval(Duration.ofMinutes(30));
    }

    static BatchRequest request(String key) {
        return BatchRequest.of("/report").key(new RequestKey(key)).build();
    }

    default TcpProxy proxy() {
        URI server = URI.create(url().substring("jdbc:".length()));
        return TcpProxy.to(server.getHost(), server.getPort());
    }

    @Test
    default void calls_continue_when_the_connections_of_the_queues_own_pool_die() throws Exception {
        JdbcQueueSettings settings = settings();
        try (TcpProxy proxy = proxy();
                JdbcQueueManager queue =
                        JdbcQueueManager.open(JdbcAccess.to(proxy.through(url())), settings, RetryPolicy.DEFAULT)) {
            callsContinue(proxy, queue);
        }
    }

    @Test
    default void calls_continue_when_the_connections_of_a_programs_pool_die() throws Exception {
        try (TcpProxy proxy = proxy();
                HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(proxy.through(url()));
            // It checks idle connections one after another, for 5 s each, and gives up a caller after 30 s.
            source.setMaximumPoolSize(5);
            try (JdbcQueueManager queue = new JdbcQueueManager(source, settings(), RetryPolicy.DEFAULT)) {
                callsContinue(proxy, queue);
            }
        }
    }

    @Test
    default void calls_continue_when_the_connections_of_a_pool_that_checks_nothing_die() throws Exception {
        try (TcpProxy proxy = proxy();
                SimplePool source = new SimplePool(proxy.through(url()));
                JdbcQueueManager queue = new JdbcQueueManager(source, settings(), RetryPolicy.DEFAULT)) {
            callsContinue(proxy, queue);
        }
    }

    private static void callsContinue(TcpProxy proxy, JdbcQueueManager queue) throws Exception {
        queue.submit(request("renewed"));
        queue.submit(request("completed"));
        List<LeasedRequest> leased = queue.lease(WORKER, 2, Duration.ZERO);
        List<CompletableFuture<Enqueued>> warm = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            BatchRequest one = request("warm-" + i);
            warm.add(CompletableFuture.supplyAsync(() -> queue.submit(one)));
        }
        warm.forEach(CompletableFuture::join);

        proxy.freeze();

        assertThat(queue.submit(request("submitted")).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
        assertThat(persistently(() -> queue.lease(WORKER, 1, Duration.ZERO))).hasSize(1);
        assertThat(queue.renew(leased.get(0).lease()).request().key()).isEqualTo(new RequestKey("renewed"));
        queue.progress(leased.get(0).lease(), new Progress(0.5, "half"));
        assertThat(queue.complete(leased.get(1).lease()).phase()).isEqualTo(Phase.COMPLETED);
        assertThat(queue.overview().count(Phase.COMPLETED)).isEqualTo(1);
        assertThat(queue.find(new RequestKey("submitted"))).isPresent();
    }

    private static <T> T persistently(Callable<T> call) throws Exception {
        for (int i = 0; i < 20; i++) {
            try {
                return call.call();
            } catch (QueueException e) {
                assertThat(e.retryable()).isTrue();
            }
        }
        return call.call();
    }

    @Test
    default void the_queue_closes_although_a_call_waits_for_an_answer_that_does_not_come() throws Exception {
        try (TcpProxy proxy = proxy()) {
            JdbcQueueManager queue = JdbcQueueManager.open(
                    JdbcAccess.to(proxy.through(url())),
                    settings().withSocketTimeout(Duration.ofSeconds(20)).withRetryFor(Duration.ZERO),
                    RetryPolicy.DEFAULT);
            queue.submit(request("a"));
            proxy.freeze();
            CompletableFuture<Enqueued> submitting = CompletableFuture.supplyAsync(() -> queue.submit(request("b")));

            CompletableFuture.runAsync(queue::close).get(1, TimeUnit.MINUTES);

            Throwable refusal = catchThrowable(
                    () -> submitting.orTimeout(1, TimeUnit.MINUTES).join());
            if (refusal != null) {
                // Otherwise it had a connection that the pool made after the freeze, which works.
                assertThat(refusal).isInstanceOf(CompletionException.class).hasCauseInstanceOf(QueueException.class);
            }
        }
    }

    /** A pool as simple as can be: connections are used again, and never checked. */
    final class SimplePool implements DataSource, AutoCloseable {
        private final String url;
        private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

        SimplePool(String url) {
            this.url = url;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection pooled = idle.poll();
            Connection real = pooled == null ? DriverManager.getConnection(url) : pooled;
            AtomicBoolean returned = new AtomicBoolean();
            return (Connection) Proxy.newProxyInstance(
                    SimplePool.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("close")) {
                            if (!real.isClosed() && returned.compareAndSet(false, true)) {
                                idle.add(real);
                            }
                            return null;
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Override
        public void close() throws SQLException {
            for (Connection one : idle) {
                one.close();
            }
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public PrintWriter getLogWriter() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("not a wrapper");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
