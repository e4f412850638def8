package org.armlib.bootstrap;

import com.google.inject.spi.InstanceBinding;
import com.google.inject.spi.ProvisionListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.armlib.spi.CloseOnce;
import org.jspecify.annotations.Nullable;

/**
 * Closes what the injector made, newest first and each once. It hears of everything that is made while the injector is
 * built, so that what was opened is closed, too, when something later in the row cannot be made. What is asked of the
 * injector afterwards belongs to whoever asked, and so does what a program handed in ready made.
 */
final class Closer implements ProvisionListener, AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final CloseOnce once;
    private boolean complete;

    /** @param limit how long a second caller of {@link #close} waits for the first one at most */
    Closer(Duration limit) {
        this.once = new CloseOnce(limit);
    }

    @Override
    public <T> void onProvision(ProvisionInvocation<T> provision) {
        T made = provision.provision();
        if (made instanceof AutoCloseable closeable && !(provision.getBinding() instanceof InstanceBinding)) {
            add(closeable);
        }
    }

    synchronized void complete() {
        complete = true;
    }

    private synchronized void add(AutoCloseable closeable) {
        if (!complete && open.stream().noneMatch(other -> other == closeable)) {
            open.push(closeable);
        }
    }

    private synchronized @Nullable AutoCloseable next() {
        return open.poll();
    }

    /** Closes all of it; who calls this at the same time waits until it is done. */
    @Override
    public void close() {
        once.run(this::closeAll);
    }

    private void closeAll() {
        @Nullable ShutdownException failure = null;
        for (AutoCloseable next = next(); next != null; next = next()) {
            try {
                next.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                String message = "could not close " + next.getClass().getSimpleName() + ": " + e.getMessage();
                ShutdownException told = new ShutdownException(message, e);
                if (failure == null) {
                    failure = told;
                } else {
                    failure.addSuppressed(told);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
