package org.armlib.benchmarks;

import java.io.PrintStream;
import java.util.Locale;

/** Where figures go, one {@code name value} line each, and where a person sees how far a run has come. */
public final class Report {
    private final PrintStream figures;
    private final PrintStream progress;

    Report(PrintStream figures, PrintStream progress) {
        this.figures = figures;
        this.progress = progress;
    }

    /** A figure to three decimals: a ratio, for example. */
    public void figure(String name, double value) {
        figures.println(name + " " + String.format(Locale.ROOT, "%.3f", value));
    }

    /** A whole figure. */
    public void figure(String name, long value) {
        figures.println(name + " " + value);
    }

    /** What is going on. */
    public void progress(String line) {
        progress.println(line);
    }
}
