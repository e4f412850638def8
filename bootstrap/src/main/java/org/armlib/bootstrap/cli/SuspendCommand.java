package org.armlib.bootstrap.cli;

import org.armlib.ports.QueueOverview;
import org.armlib.spi.PortType;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code suspend}: stops leasing. */
@Command(
        name = "suspend",
        description = {
            "Stop running requests, on every server of this queue, until 'armlib resume'.",
            "Those that run go on to their end; new ones are still taken. Prints how many still run: zero means that the"
                    + " data behind the API can be changed now."
        },
        footerHeading = "%nExample:%n",
        footer = "  armlib suspend && armlib queue --counts")
final class SuspendCommand extends TargetCommand {
    SuspendCommand(Main main) {
        super(main, PortType.QUEUE);
    }

    @Override
    int run(Target target) {
        target.suspend();
        report(this, QueueCommand.required(target.overview()));
        return ExitCode.OK;
    }

    static void report(TargetCommand command, QueueOverview overview) {
        if (command.json()) {
            command.printer().jsonLine(QueueCommand.json(overview));
        } else {
            command.printer().line(QueueCommand.state(overview));
        }
    }
}
