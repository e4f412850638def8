package org.armlib.bootstrap.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Whether a command waits for the end of the request it has submitted. */
final class WaitOptions {
    @Option(
            names = "--wait",
            description = "Wait until the request has ended, and show how far it has come; exit status 1 unless it is"
                    + " completed. Ctrl-C ends the waiting, not the request.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Wait no longer than this, such as 5m; implies --wait.")
    private @Nullable Duration timeout;

    /** Prints where the request stands, now or when it has ended, and returns the exit status. */
    int end(TargetCommand command, Target target, RequestView submitted) throws InterruptedException {
        if (!wait && timeout == null) {
            command.print(submitted);
            return ExitCode.OK;
        }
        RequestView ended = command.follow(target, submitted.key(), timeout, changed -> {});
        command.print(ended);
        return ended.completed() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
