package org.armlib.http.gateway;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.micrometer.core.instrument.MeterRegistry;
import org.armlib.http.metrics.MetricsModule;
import org.armlib.ports.RequestProcessor;

/** Binds {@link RequestProcessor} to a {@link GatewayProcessor}. */
public final class GatewayModule extends AbstractModule {
    private final GatewaySettings settings;

    /** The gateway that {@code settings} describe. */
    public GatewayModule(GatewaySettings settings) {
        this.settings = settings;
    }

    @Override
    protected void configure() {
        install(new MetricsModule());
    }

    @Provides
    @Singleton
    RequestProcessor processor(MeterRegistry registry) {
        return new GatewayProcessor(settings, registry);
    }
}
