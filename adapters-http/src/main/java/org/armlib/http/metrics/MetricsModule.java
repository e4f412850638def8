package org.armlib.http.metrics;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.micrometer.core.instrument.MeterRegistry;
import org.armlib.ports.RequestListener;
import org.armlib.spi.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Binds a {@link MeterRegistry}, for Prometheus unless the program binds another by {@link OptionalBinder#setBinding}, and has
 * requests measured into it, by the meters of an {@link InstanceRegistry}. The modules of server and gateway install it;
 * installed more than once it is one.
 */
public final class MetricsModule extends AbstractModule implements Instrumentation {
    /** Configures nothing yet. */
    public MetricsModule() {}

    @Override
    protected void configure() {
        bind(DefaultRegistryProvider.class).in(Scopes.SINGLETON);
        // Not a singleton: that would be made at the start, even where the program binds its own.
        OptionalBinder.newOptionalBinder(binder(), MeterRegistry.class)
                .setDefault()
                .toProvider(DefaultRegistryProvider.class);
        // By its key: a module that is installed twice must not count twice.
        Multibinder.newSetBinder(binder(), RequestListener.class).addBinding().to(RequestMetrics.class);
    }

    @Provides
    @Singleton
    InstanceRegistry instanceRegistry(MeterRegistry registry, DefaultRegistryProvider defaults) {
        return new InstanceRegistry(registry, "application", defaults.isMaker(registry));
    }

    @Provides
    @Singleton
    RequestMetrics requestMetrics(InstanceRegistry instance) {
        return new RequestMetrics(instance);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MetricsModule;
    }

    @Override
    public int hashCode() {
        return MetricsModule.class.hashCode();
    }
}
