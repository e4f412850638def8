package org.armlib.http.gateway;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Optional;
import org.armlib.http.metrics.InstanceRegistry;
import org.armlib.http.metrics.MetricsModule;
import org.armlib.ports.RequestProcessor;

/**
 * Binds {@link RequestProcessor} to a {@link GatewayProcessor}, which traces by the {@link OpenTelemetry} that is bound, if
 * one is.
 */
public final class GatewayModule extends AbstractModule {
    private final GatewaySettings settings;

    /** The gateway that {@code settings} describe. */
    public GatewayModule(GatewaySettings settings) {
        this.settings = settings;
    }

    @Override
    protected void configure() {
        install(new MetricsModule());
        OptionalBinder.newOptionalBinder(binder(), OpenTelemetry.class);
    }

    @Provides
    @Singleton
    RequestProcessor processor(InstanceRegistry registry, Optional<OpenTelemetry> telemetry) {
        return telemetry
                .map(given -> new GatewayProcessor(settings, registry, given))
                .orElseGet(() -> new GatewayProcessor(settings, registry));
    }
}
