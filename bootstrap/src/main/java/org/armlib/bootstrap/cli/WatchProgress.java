package org.armlib.bootstrap.cli;

import java.util.List;
import org.armlib.domain.Progress;

/** Shows on standard error where a request stands: a line that changes on a terminal, a line for each step elsewhere. */
final class WatchProgress implements AutoCloseable {
    private final Printer printer;
    private final boolean terminal;
    private List<Object> shown = List.of();
    private boolean drawn;

    WatchProgress(Printer printer, boolean terminal) {
        this.printer = printer;
        this.terminal = terminal;
    }

    void show(RequestView request) {
        if (terminal) {
            printer.redraw(request.brief());
            drawn = true;
            return;
        }
        long tenth = Math.round(10 * request.progress().orElse(Progress.NONE).fraction());
        List<Object> step = List.of(request.phase(), request.attempts(), tenth);
        if (!step.equals(shown)) {
            shown = step;
            printer.error(request.brief());
        }
    }

    /** What is printed from now on begins a line. */
    void end() {
        if (drawn) {
            printer.error("");
            drawn = false;
        }
    }

    @Override
    public void close() {
        end();
    }
}
