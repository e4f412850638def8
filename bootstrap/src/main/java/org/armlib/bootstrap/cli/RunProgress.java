package org.armlib.bootstrap.cli;

import java.util.List;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on standard error how far a run has come: a bar on a terminal, a line for each tenth elsewhere. */
final class RunProgress implements AutoCloseable {
    private static final int WIDTH = 100;

    private final Printer printer;
    private final int total;
    private final boolean terminal;
    private final ProgressBar bar;
    private int tenth;
    private List<String> held = List.of();

    RunProgress(Printer printer, int total, boolean terminal) {
        this.printer = printer;
        this.total = total;
        this.terminal = terminal;
        this.bar = new ProgressBarBuilder()
                .setTaskName("requests")
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
                .build();
    }

    void show(int done, long running, int failed) {
        bar.setExtraMessage(" " + running + " running" + (failed > 0 ? ", " + failed + " failed" : ""));
        bar.stepTo(done);
        int reached = total == 0 ? 10 : 10 * done / total;
        if (!terminal && reached > tenth) {
            tenth = reached;
            printer.error(done + " of " + Shown.counted(total, "request") + " done, " + running + " running, " + failed
                    + " failed");
        }
    }

    /** Shows what holds a request back, unless that is known. */
    void held(RequestView.Held hold) {
        List<String> what = List.of(hold.by(), hold.reason());
        if (!what.equals(held)) {
            held = what;
            printer.error(hold.line());
        }
    }

    @Override
    public void close() {
        bar.close();
        if (terminal) {
            printer.error("");
        }
    }

    private void draw(String rendered) {
        if (terminal) {
            printer.redraw(rendered.stripTrailing());
        }
    }
}
