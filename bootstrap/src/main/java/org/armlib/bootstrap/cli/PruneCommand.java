package org.armlib.bootstrap.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code prune}: forgets what is old. */
@Command(
        name = "prune",
        description = {
            "Forget requests that ended long ago; their results stay.",
            "Servers do this by themselves; it is for a place where none runs, or to forget more."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  armlib prune", "  armlib prune --older-than 1d"})
final class PruneCommand extends TargetCommand {
    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            description = "Those that ended longer ago, such as 1d (default: queue.retention).")
    private @Nullable Duration age;

    PruneCommand(Main main) {
        super(main, PortType.QUEUE);
    }

    @Override
    int run(Target target) {
        long forgotten = target.prune(Optional.ofNullable(age));
        if (json()) {
            printer().jsonLine(Map.of("forgotten", forgotten));
        } else {
            printer().line(Shown.counted(forgotten, "request") + " forgotten");
        }
        return ExitCode.OK;
    }
}
