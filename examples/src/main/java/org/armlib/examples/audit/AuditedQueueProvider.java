package org.armlib.examples.audit;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.armlib.domain.RetryPolicy;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.QueueManager;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;
import org.slf4j.LoggerFactory;

/** Makes the audited queue usable by {@code queue.adapter = audited}. */
public final class AuditedQueueProvider implements AdapterProvider {
    private static final Setting<String> LOGGER =
            Setting.text("logger", "the logger that the audit is written to").withDefault("armlib.audit");

    /** For {@link java.util.ServiceLoader}. */
    public AuditedQueueProvider() {}

    @Override
    public PortType port() {
        return PortType.QUEUE;
    }

    @Override
    public String name() {
        return "audited";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(LOGGER);
    }

    @Override
    public Module module(Settings settings) {
        String logger = settings.get(LOGGER);
        return new AbstractModule() {
            @Provides
            @Singleton
            QueueManager queue(RetryPolicy policy, Clock clock) {
                QueueManager memory = new MemQueueManager(policy, MemQueueManager.DEFAULT_RETENTION, clock);
                return new AuditedQueueManager(memory, LoggerFactory.getLogger(logger)::info);
            }
        };
    }
}
