package org.armlib.bootstrap.cli;

import org.armlib.spi.PortType;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code resume}: leases again. */
@Command(
        name = "resume",
        description = "Run requests again, after 'armlib suspend'.",
        footerHeading = "%nExample:%n",
        footer = "  armlib resume")
final class ResumeCommand extends TargetCommand {
    ResumeCommand(Main main) {
        super(main, PortType.QUEUE);
    }

    @Override
    int run(Target target) {
        target.resume();
        SuspendCommand.report(this, QueueCommand.required(target.overview()));
        return ExitCode.OK;
    }
}
