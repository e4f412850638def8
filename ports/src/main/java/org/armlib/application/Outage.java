package org.armlib.application;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/** Reports a failing activity once when it begins to fail and once when it works again, however often it is tried. */
final class Outage {
    private final Logger log;
    private final String activity;
    private final AtomicBoolean on = new AtomicBoolean();

    Outage(Logger log, String activity) {
        this.log = log;
        this.activity = activity;
    }

    void begun(Throwable problem) {
        if (on.compareAndSet(false, true)) {
            log.warn("{} fails, will be tried again: {}", activity, problem.getMessage(), problem);
        }
    }

    void over() {
        if (on.get() && on.compareAndSet(true, false)) {
            log.info("{} works again", activity);
        }
    }
}
