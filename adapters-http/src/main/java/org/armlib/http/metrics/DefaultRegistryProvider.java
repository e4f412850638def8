package org.armlib.http.metrics;

import com.google.inject.Inject;
import com.google.inject.Provider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a program that binds none: one for Prometheus that measures the process, too. It is made when it is asked
 * for, once, and closed with what the injector made. Thread-safe.
 */
final class DefaultRegistryProvider implements Provider<MeterRegistry>, AutoCloseable {
    private @Nullable MeterRegistry registry;
    private @Nullable JvmGcMetrics collectors;

    @Inject
    DefaultRegistryProvider() {}

    @Override
    public synchronized MeterRegistry get() {
        MeterRegistry made = registry;
        if (made == null) {
            made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            registry = made;
            collectors = new JvmGcMetrics();
            collectors.bindTo(made);
            new JvmMemoryMetrics().bindTo(made);
            new JvmThreadMetrics().bindTo(made);
            new ProcessorMetrics().bindTo(made);
            new FileDescriptorMetrics().bindTo(made);
            new UptimeMetrics().bindTo(made);
        }
        return made;
    }

    synchronized boolean isMade() {
        return registry != null;
    }

    synchronized boolean isMaker(MeterRegistry other) {
        return other.equals(registry);
    }

    /** Takes its listener off the collectors, which live as long as the process. */
    @Override
    public synchronized void close() {
        if (collectors != null) {
            collectors.close();
        }
        if (registry != null) {
            registry.close();
        }
    }
}
