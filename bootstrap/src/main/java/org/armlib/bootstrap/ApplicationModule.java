package org.armlib.bootstrap;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Clock;
import java.util.Optional;
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
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.RequestValidator;

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
        OptionalBinder.newOptionalBinder(binder(), RequestProcessor.class);
    }

    @Provides
    @Singleton
    RequestManager requestManager(
            QueueManager queue,
            CacheManager cache,
            Clock clock,
            HoldSource holds,
            Optional<RequestProcessor> processor,
            Set<RequestListener> listeners) {
        RequestValidator validator = processor.map(RequestValidator::of).orElse(RequestValidator.NONE);
        return new StandardRequestManager(
                queue, cache, clock, holds, validator, listeners.toArray(RequestListener[]::new));
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
