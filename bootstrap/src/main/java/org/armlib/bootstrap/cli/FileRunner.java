package org.armlib.bootstrap.cli;

import com.google.inject.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.armlib.application.RequestWorker;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.Hold;
import org.armlib.domain.InvalidRequestException;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.RequestValidator;
import org.armlib.ports.UpstreamProbe;
import picocli.CommandLine.ExitCode;

/** Runs requests with an armlib of its own, from start to report; an interruption from the keyboard ends it in order. */
final class FileRunner {
    /** The time without success after which a run ends, unless it is told otherwise. */
    static final Duration MAX_HOLD = Duration.ofMinutes(10);

    private final Printer printer;
    private final boolean json;
    private final Predicate<BatchRun.Outcome> expected;
    private final Duration maxHold;

    /**
     * A runner.
     *
     * @param expected whether a request has ended as it should
     * @param maxHold the time for which leasing may be held without a break before the run ends
     */
    FileRunner(Printer printer, boolean json, Predicate<BatchRun.Outcome> expected, Duration maxHold) {
        this.printer = printer;
        this.json = json;
        this.expected = expected;
        this.maxHold = maxHold;
    }

    /** Runs {@code lines} and returns the exit status: 0 if all of them ended as expected, else 1. */
    int run(List<RequestsFile.Line> lines, Armlib.Builder configured) throws InterruptedException {
        try (Interruption interruption = Interruption.begin()) {
            return run(lines, configured, interruption.told());
        }
    }

    private int run(List<RequestsFile.Line> lines, Armlib.Builder configured, CountDownLatch interrupted)
            throws InterruptedException {
        long begun = System.nanoTime();
        try (Armlib armlib = configured.start()) {
            requireWorkers(armlib);
            requireValid(lines, armlib);
            requireUpstream(armlib, configured);
            return run(lines, armlib, begun, interrupted);
        }
    }

    /**
     * Runs {@code lines} with an armlib that has started, since {@code begun} by {@link System#nanoTime}, and leaves it
     * open.
     */
    int run(List<RequestsFile.Line> lines, Armlib armlib, long begun, CountDownLatch interrupted)
            throws InterruptedException {
        BatchRun run = new BatchRun(armlib, interrupted, maxHold);
        int submitted = run.submit(lines);
        boolean finished = await(run) && submitted == lines.size();
        if (!finished) {
            int left = lines.size() - submitted;
            printer.error(run.gaveUpOn()
                    .map(this::gaveUp)
                    .orElseGet(() -> "interrupted; running requests are finished first"
                            + (left == 0 ? "" : ", and " + Shown.counted(left, "line") + " of the file left out")));
            armlib.injector().getInstance(RequestWorker.class).close();
        }
        return report(run, submitted, Duration.ofNanos(System.nanoTime() - begun), finished);
    }

    private String gaveUp(Hold hold) {
        return "stopped, the " + hold.by().label() + " has not worked for " + Shown.age(maxHold) + " ("
                + hold.reason()
                + "); what waits stays in the queue: run the file again when it works, or give it longer"
                + " by --max-hold";
    }

    private boolean await(BatchRun run) throws InterruptedException {
        try (RunProgress progress = new RunProgress(printer, run.size(), Printer.isTerminal())) {
            return run.await(progress);
        }
    }

    private int report(BatchRun run, int lines, Duration time, boolean finished) {
        List<BatchRun.Outcome> outcomes = run.outcomes();
        RunReport report = new RunReport(printer, outcomes);
        if (json) {
            report.json();
        } else {
            report.table(lines, time, finished);
        }
        return finished && outcomes.stream().allMatch(expected) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void requireWorkers(Armlib armlib) {
        if (armlib.injector().getExistingBinding(Key.get(RequestWorker.class)) == null) {
            throw new UsageException(
                    "worker.threads is 0, so that nothing would run the requests; set it to 1 or more");
        }
    }

    private static void requireValid(List<RequestsFile.Line> lines, Armlib armlib) {
        RequestValidator validator = RequestValidator.of(armlib.injector().getInstance(RequestProcessor.class));
        List<String> problems = new ArrayList<>();
        for (RequestsFile.Line line : lines) {
            try {
                validator.validate(line.request());
            } catch (InvalidRequestException e) {
                problems.add("line " + line.number() + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            problems.add("Nothing was submitted.");
            throw new UsageException(String.join(System.lineSeparator(), problems));
        }
    }

    private void requireUpstream(Armlib armlib, Armlib.Builder configured) {
        if (armlib.injector().getInstance(RequestProcessor.class) instanceof UpstreamProbe probe
                && !probe.isAvailable()) {
            String upstream = configured.check().stream()
                    .filter(setting -> setting.path().equals("processor.upstream"))
                    .map(setting -> " (" + setting + ")")
                    .findFirst()
                    .orElse("");
            if (!probe.isReachable()) {
                throw new UnreachableException("the upstream does not answer" + upstream
                        + "; start it, or correct its address. Nothing was submitted.");
            }
            printer.error("warning: the upstream's probe says that it is unavailable" + upstream
                    + "; the requests are tried all the same");
        }
    }
}
