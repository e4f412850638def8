package org.armlib.http.metrics;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import io.micrometer.core.instrument.MeterRegistry;
import org.armlib.ports.RequestListener;
import org.jspecify.annotations.Nullable;

/**
 * Binds a {@link MeterRegistry}, for Prometheus unless the program binds another by {@link OptionalBinder#setBinding}, and has
 * requests measured into it. The modules of server and gateway install it; installed more than once it is one.
 */
public final class MetricsModule extends AbstractModule {
    /** Configures nothing yet. */
    public MetricsModule() {}

    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), MeterRegistry.class)
                .setDefault()
                .toProvider(new DefaultRegistryProvider())
                .in(Scopes.SINGLETON);
    }

    @ProvidesIntoSet
    @Singleton
    RequestListener requestMetrics(MeterRegistry registry) {
        return new RequestMetrics(registry);
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
