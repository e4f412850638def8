package org.armlib.http.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Clock;
import org.armlib.application.JanitorOptions;
import org.armlib.domain.Redaction;
import org.armlib.http.metrics.InstanceRegistry;
import org.armlib.http.metrics.MetricsModule;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.spi.Server;

/** Binds {@link Server} to an {@link HttpServer}, which forgets requests when the janitor would. */
public final class HttpServerModule extends AbstractModule {
    private final HttpServerSettings settings;

    /** The server that {@code settings} describe. */
    public HttpServerModule(HttpServerSettings settings) {
        this.settings = settings;
    }

    @Override
    protected void configure() {
        install(new MetricsModule());
        OptionalBinder.newOptionalBinder(binder(), Redaction.class).setDefault().toInstance(Redaction.DEFAULT);
    }

    @Provides
    @Singleton
    Server server(
            RequestManager requests,
            QueueManager queue,
            CacheManager cache,
            JanitorOptions janitor,
            Redaction redaction,
            Clock clock,
            InstanceRegistry registry) {
        HttpServerSettings retaining = settings.withApi(
                settings.api().withRetention(janitor.retention()).withRedaction(redaction));
        return new HttpServer(requests, queue, cache, clock, retaining, registry);
    }
}
