package org.armlib.jdbc;

import java.net.URI;
import java.time.Duration;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.servers.TcpProxy;
import org.armlib.ports.QueueManager;
import org.armlib.tck.UnreachableQueueFixture;

/** A queue in a database behind a proxy. */
final class UnreachableDatabaseFixture implements UnreachableQueueFixture {
    private final TcpProxy proxy;
    private final JdbcQueueManager queue;

    UnreachableDatabaseFixture(String url, RetryPolicy policy) {
        URI server = URI.create(url.substring("jdbc:".length()));
        this.proxy = TcpProxy.to(server.getHost(), server.getPort());
        this.queue = JdbcQueueManager.open(
                JdbcAccess.to(proxy.through(url)),
                JdbcQueueSettings.DEFAULT
                        .withTablePrefix("u" + JdbcContract.NUMBER.incrementAndGet() + "_")
                        .withRetryFor(Duration.ofMillis(500)),
                policy);
    }

    @Override
    public QueueManager open() {
        return queue;
    }

    @Override
    public void advance(Duration time) {
        throw new UnsupportedOperationException("the database has the time of its machine");
    }

    @Override
    public void disconnect() {
        proxy.cutAll();
    }

    @Override
    public void reconnect() {
        proxy.letPass();
    }

    @Override
    public void close() {
        queue.close();
        proxy.close();
    }
}
