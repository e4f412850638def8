package org.armlib.bootstrap;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Clock;
import java.util.Set;
import org.armlib.application.CacheJanitor;
import org.armlib.application.HealthCheck;
import org.armlib.application.JanitorOptions;
import org.armlib.application.StandardRequestManager;
import org.armlib.ports.CacheManager;
import org.armlib.ports.HoldSource;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestManager;

/** The use cases over the ports. */
final class ApplicationModule extends AbstractModule {
    private final JanitorOptions janitor;

    ApplicationModule(JanitorOptions janitor) {
        this.janitor = janitor;
    }

    @Override
    protected void configure() {
        bind(JanitorOptions.class).toInstance(janitor);
        Multibinder.newSetBinder(binder(), RequestListener.class);
        OptionalBinder.newOptionalBinder(binder(), HoldSource.class)
                .setDefault()
                .toInstance(HoldSource.NONE);
    }

    @Provides
    @Singleton
    RequestManager requestManager(
            QueueManager queue, CacheManager cache, Clock clock, HoldSource holds, Set<RequestListener> listeners) {
        return new StandardRequestManager(queue, cache, clock, holds, listeners.toArray(RequestListener[]::new));
    }

    @Provides
    @Singleton
    HealthCheck healthCheck(QueueManager queue, CacheManager cache, HoldSource holds) {
        return new HealthCheck(queue, cache, holds);
    }

    @Provides
    @Singleton
    CacheJanitor janitor(QueueManager queue, CacheManager cache, JanitorOptions options, Clock clock) {
        return new CacheJanitor(queue, cache, options, clock);
    }
}
