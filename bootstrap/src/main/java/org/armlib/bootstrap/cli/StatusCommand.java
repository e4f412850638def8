package org.armlib.bootstrap.cli;

import java.time.Duration;
import org.armlib.domain.RequestKey;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: where a request stands. */
@Command(
        name = "status",
        description = {
            "Show where a request stands: its state, position, expected time, progress, error and result.",
            "Exit status 1 if nobody knows the key; with --watch, also if the request does not end Completed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  armlib status report-2024",
            "  armlib status report-2024 --watch --timeout 5m",
            "  armlib status report-2024 --watch --json    # an object for each change"
        })
final class StatusCommand extends TargetCommand {
    @Parameters(paramLabel = "KEY", description = "The request's key.")
    private RequestKey key = new RequestKey("-");

    @Option(
            names = "--watch",
            description =
                    "Follow it to its end. Ctrl-C ends the watching, not the request. With --json, prints an object"
                            + " for each change.")
    private boolean watch;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Watch no longer than this, such as 5m; implies --watch.")
    private @Nullable Duration timeout;

    StatusCommand(Main main) {
        super(main, PortType.QUEUE, PortType.CACHE);
    }

    @Override
    int run(Target target) throws InterruptedException {
        if (!watch && timeout == null) {
            print(target.status(key, Duration.ZERO));
            return ExitCode.OK;
        }
        RequestView last = follow(target, key, timeout, changed -> {
            if (json()) {
                print(changed);
            }
        });
        if (!json()) {
            print(last);
        }
        return last.completed() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
