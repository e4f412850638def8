package org.armlib.bootstrap.cli;

import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.spi.PortType;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code cancel}: calls a request off. */
@Command(
        name = "cancel",
        description = {
            "Call a request off, whether it waits or runs. Everybody who submitted it is concerned.",
            "Exit status 1 if it had ended already; it stays as it is then."
        },
        footerHeading = "%nExample:%n",
        footer = "  armlib cancel report-2024")
final class CancelCommand extends TargetCommand {
    @Parameters(paramLabel = "KEY", description = "The request's key.")
    private RequestKey key = new RequestKey("-");

    CancelCommand(Main main) {
        super(main, PortType.QUEUE, PortType.CACHE);
    }

    @Override
    int run(Target target) {
        RequestView request = target.cancel(key);
        print(request);
        if (request.phase() == Phase.CANCELLED) {
            return ExitCode.OK;
        }
        printer().error(key + ": is " + request.phase().label() + " already, there is nothing to call off");
        return ExitCode.SOFTWARE;
    }
}
