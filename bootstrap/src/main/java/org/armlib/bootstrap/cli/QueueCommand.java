package org.armlib.bootstrap.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.ports.Page;
import org.armlib.ports.QueueOverview;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code queue}: the requests in the queue, and how many there are. */
@Command(
        name = "queue",
        description = {
            "List what runs and what waits, in the order in which it will run, and count the rest.",
            "With --status, list the requests in that state instead; failed ones with their reasons."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  armlib queue",
            "  armlib queue --status Failed --limit 100",
            "  armlib queue --status Failed --json",
            "  armlib queue --counts"
        })
final class QueueCommand extends TargetCommand {
    private static final int PAGE = 100;

    /** The states as they are shown everywhere. */
    enum Status {
        Pending(Phase.PENDING),
        InProgress(Phase.IN_PROGRESS),
        Completed(Phase.COMPLETED),
        Failed(Phase.FAILED),
        Cancelled(Phase.CANCELLED);

        private final Phase phase;

        Status(Phase phase) {
            this.phase = phase;
        }
    }

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "List these: ${COMPLETION-CANDIDATES} (default: InProgress, then Pending).")
    private @Nullable Status status;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = WholeNumber.Count.class,
            description = "List at most so many of a state (default: 20).")
    private int limit = 20;

    @Option(names = "--counts", description = "Only count them.")
    private boolean counts;

    QueueCommand(Main main) {
        super(main, PortType.QUEUE);
    }

    @Override
    int run(Target target) {
        if (counts) {
            print(required(target.overview()));
            return ExitCode.OK;
        }
        List<Phase> phases = status == null ? List.of(Phase.IN_PROGRESS, Phase.PENDING) : List.of(status.phase);
        List<RequestView> listed = new ArrayList<>();
        boolean more = false;
        for (Phase phase : phases) {
            more |= list(target, phase, listed);
        }
        if (json()) {
            listed.forEach(this::print);
            return ExitCode.OK;
        }
        printTable(listed);
        if (more) {
            printer().error("there are more; see them with a higher --limit");
        }
        Optional<QueueOverview> overview = target.overview();
        if (overview.isPresent()) {
            print(overview.get());
        } else if (listed.isEmpty()) {
            printer()
                    .line(phases.stream()
                            .sorted()
                            .map(phase -> counted(phase, 0))
                            .collect(Collectors.joining(", ")));
        }
        return ExitCode.OK;
    }

    /** Adds the requests of a phase, and tells whether there are more than may be listed. */
    private boolean list(Target target, Phase phase, List<RequestView> listed) {
        int left = limit;
        Optional<String> cursor = Optional.empty();
        do {
            Page<RequestView> page = target.list(phase, cursor, Math.min(left, PAGE));
            listed.addAll(page.items());
            left -= page.items().size();
            cursor = page.next();
        } while (cursor.isPresent() && left > 0);
        return cursor.isPresent();
    }

    private void printTable(List<RequestView> listed) {
        if (listed.isEmpty()) {
            return;
        }
        Instant now = main().clock().instant();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("KEY", "STATUS", "POSITION", "AGE", "EXPECTED", "ATTEMPTS", "PROGRESS", "REQUEST"));
        for (RequestView request : listed) {
            rows.add(List.of(
                    request.key().value(),
                    request.phase().label(),
                    request.position().map(RequestView::shown).orElse("-"),
                    request.submitted()
                            .map(time -> Shown.age(Duration.between(time, now)))
                            .orElse("-"),
                    request.eta().map(eta -> Shown.time(eta.p50())).orElse("-"),
                    String.valueOf(request.attempts()),
                    request.progress()
                            .map(Progress::fraction)
                            .map(Shown::percent)
                            .orElse("-"),
                    Shown.line(request.request().toString())));
        }
        printer().table(rows);
        for (RequestView request : listed) {
            request.hold().ifPresent(held -> printer().line("  " + request.key() + "  " + held.line()));
            request.error().ifPresent(reason -> printer().line("  " + request.key() + "  " + Shown.line(reason)));
        }
        printer().line("");
    }

    private void print(QueueOverview overview) {
        if (json()) {
            printer().jsonLine(json(overview));
            return;
        }
        printer()
                .line(Stream.of(Phase.values())
                                .map(phase -> counted(phase, overview.count(phase)))
                                .collect(Collectors.joining(", "))
                        + "; " + Shown.counted(overview.workers(), "worker") + "; " + state(overview));
    }

    private static String counted(Phase phase, long count) {
        return count
                + switch (phase) {
                    case PENDING -> " waiting";
                    case IN_PROGRESS -> " running";
                    case COMPLETED -> " completed";
                    case FAILED -> " failed";
                    case CANCELLED -> " cancelled";
                };
    }

    /** The numbers, for a command that is about them. */
    static QueueOverview required(Optional<QueueOverview> overview) {
        return overview.orElseThrow(
                () -> new NotPermittedException("a server tells its numbers to its administrator: give its"
                        + " token, with --token-file FILE or in the environment's " + TargetOptions.TOKEN));
    }

    static String state(QueueOverview overview) {
        if (!overview.suspended()) {
            return "leasing";
        }
        long running = overview.count(Phase.IN_PROGRESS);
        return running == 0 ? "suspended" : "suspending, " + running + " still running";
    }

    static Map<String, @Nullable Object> json(QueueOverview overview) {
        Map<String, @Nullable Object> counts = new LinkedHashMap<>();
        for (Phase phase : Phase.values()) {
            counts.put(phase.label(), overview.count(phase));
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("counts", counts);
        json.put("workers", overview.workers());
        json.put("suspended", overview.suspended());
        json.put("pendingEstimate", overview.pendingEstimate().toString());
        overview.oldestPending().ifPresent(time -> json.put("oldestPending", time.toString()));
        return json;
    }
}
