package org.armlib.http.gateway;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Optional;
import org.armlib.domain.Redaction;
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
        OptionalBinder.newOptionalBinder(binder(), Redaction.class).setDefault().toInstance(Redaction.DEFAULT);
    }

    @Provides
    @Singleton
    RequestProcessor processor(InstanceRegistry registry, Redaction redaction, Optional<OpenTelemetry> telemetry) {
        GatewaySettings redacting = settings.withRedaction(redaction);
        return telemetry
                .map(given -> new GatewayProcessor(redacting, registry, given))
                .orElseGet(() -> new GatewayProcessor(redacting, registry));
    }
}
