package org.armlib.bootstrap.cli;

import org.armlib.domain.RequestKey;
import org.armlib.ports.Submitted;
import org.armlib.spi.PortType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code resubmit}: has a request run again. */
@Command(
        name = "resubmit",
        description = {
            "Run a request again, whatever the cache holds: its present result is withdrawn.",
            "For one that failed, once its cause is gone, or whose data have changed. One that waits or runs is left"
                    + " alone."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  armlib resubmit report-2024", "  armlib resubmit report-2024 --wait"})
final class ResubmitCommand extends TargetCommand {
    @Parameters(paramLabel = "KEY", description = "The request's key.")
    private RequestKey key = new RequestKey("-");

    @Mixin
    private WaitOptions waiting = new WaitOptions();

    ResubmitCommand(Main main) {
        super(main, PortType.QUEUE, PortType.CACHE);
    }

    @Override
    int run(Target target) throws InterruptedException {
        Target.Taken taken = target.resubmit(key);
        if (!json()) {
            printer().error(taken.how() == Submitted.How.JOINED ? "it is waiting or running already" : "queued");
        }
        return waiting.end(this, target, taken.request());
    }
}
