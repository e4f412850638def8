package org.armlib.spi;

import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestProcessor;

/** The ports for which app.conf names an adapter, in {@code queue.adapter}, {@code cache.adapter} and so on. */
public enum PortType {
    /** {@link QueueManager}. */
    QUEUE("queue", QueueManager.class),
    /** {@link CacheManager}. */
    CACHE("cache", CacheManager.class),
    /** {@link RequestProcessor}. */
    PROCESSOR("processor", RequestProcessor.class),
    /** {@link Server}: drives the application, where the others are driven by it. */
    SERVER("server", Server.class);

    private final String section;
    private final Class<?> port;

    PortType(String section, Class<?> port) {
        this.section = section;
        this.port = port;
    }

    /** The section of app.conf, for example {@code queue}. */
    public String section() {
        return section;
    }

    /** The type that the adapter's module binds. */
    public Class<?> port() {
        return port;
    }
}
