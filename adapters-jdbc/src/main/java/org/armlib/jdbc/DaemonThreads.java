package org.armlib.jdbc;

import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/** Threads that keep no process alive. */
final class DaemonThreads {
    private DaemonThreads() {}

    static ThreadFactory named(String name) {
        return named(() -> name);
    }

    /** Each thread is given the next name. */
    static ThreadFactory named(Supplier<String> names) {
        return task -> {
            Thread thread = new Thread(task, names.get());
            thread.setDaemon(true);
            return thread;
        };
    }
}
