package org.armlib.bootstrap.cli;

import java.time.Duration;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Submitted;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code submit}: hands in one request. */
@Command(
        name = "submit",
        description = {
            "Submit a request: it is answered from the cache, joined to the same request if that waits or runs, or"
                    + " queued.",
            "Prints where it stands. Does not run it: that is what 'armlib serve' and 'armlib run' do."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  armlib submit '/report?year=2024'",
            "  armlib submit '/report?year=2024' --sticky --key report-2024",
            "  armlib submit '/report?year=2024' --key report-2024 --wait --timeout 10m",
            "  armlib submit '/report?year=2024' --json --server http://127.0.0.1:8080"
        })
final class SubmitCommand extends TargetCommand {
    @Parameters(paramLabel = "REQUEST", description = "Path and query, /path?name=value; quote it, for the shell.")
    private String request = "";

    @Option(names = "--sticky", description = "Keep the result until the data are rebuilt, not just for the day.")
    private boolean sticky;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The request's name (default: derived from the request, so that equal ones meet).")
    private @Nullable RequestKey key;

    @Option(
            names = "--priority",
            paramLabel = "N",
            converter = WholeNumber.Priority.class,
            description = "Higher runs first (default: 0).")
    private int priority;

    @Option(
            names = "--estimated-time",
            paramLabel = "TIME",
            description = "How long it will run, as you think, such as 90s; helps to tell others when they are next.")
    private @Nullable Duration estimatedTime;

    @Mixin
    private WaitOptions waiting = new WaitOptions();

    SubmitCommand(Main main) {
        super(main, PortType.QUEUE, PortType.CACHE);
    }

    @Override
    void check() {
        built();
    }

    @Override
    int run(Target target) throws InterruptedException {
        BatchRequest built = built();
        Target.Taken taken = target.submit(built);
        if (!json()) {
            printer().error(said(taken.how()));
        }
        return waiting.end(this, target, taken.request());
    }

    private BatchRequest built() {
        BatchRequest.Builder builder = Arguments.request(request).priority(priority);
        if (sticky) {
            builder.sticky();
        }
        if (key != null) {
            builder.key(key);
        }
        if (estimatedTime != null) {
            builder.estimatedTime(estimatedTime);
        }
        try {
            return builder.build();
        } catch (InvalidRequestException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    static String said(Submitted.How how) {
        return switch (how) {
            case CACHED -> "its result was in the cache";
            case JOINED -> "the same request is waiting or running already; joined";
            case QUEUED -> "queued";
        };
    }
}
