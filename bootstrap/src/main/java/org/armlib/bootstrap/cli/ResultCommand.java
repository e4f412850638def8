package org.armlib.bootstrap.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.armlib.domain.FormatName;
import org.armlib.domain.RequestKey;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code result}: fetches a result. */
@Command(
        name = "result",
        description = {
            "Fetch the result of a completed request, to standard output or into a file.",
            "Its length and digest are compared with what was published. A file appears under its name when it is whole,"
                    + " and not at all if anything goes wrong."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  armlib result report-2024 -o report.csv",
            "  armlib result report-2024 --format csv | head",
            "  armlib result report-2024 --wait --timeout 10m -o report.csv"
        })
final class ResultCommand extends TargetCommand {
    @Parameters(paramLabel = "KEY", description = "The request's key.")
    private RequestKey key = new RequestKey("-");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it there (default: standard output).")
    private @Nullable Path output;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description =
                    "Which of several formats, such as csv (default: the only one, or the one that FILE ends with).")
    private @Nullable FormatName format;

    @Option(names = "--wait", description = "Wait until the request has ended.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Wait no longer than this, such as 5m; implies --wait.")
    private @Nullable Duration timeout;

    ResultCommand(Main main) {
        super(main, PortType.QUEUE, PortType.CACHE);
    }

    @Override
    void check() {
        if (output == null && json()) {
            throw new UsageException("--json tells of the file that was written; name it with -o FILE");
        }
        file();
    }

    @Override
    int run(Target target) throws InterruptedException {
        RequestView request = wait || timeout != null
                ? follow(target, key, timeout, changed -> {})
                : target.status(key, Duration.ZERO);
        if (!request.completed()) {
            printer().error(key + ": has no result: " + request.brief());
            return ExitCode.SOFTWARE;
        }
        RequestView.Result chosen = chosen(request.results());
        file().orElseGet(() -> Delivery.toStream(printer().bytes()))
                .deliver(key, chosen, () -> target.open(request, chosen));
        if (json()) {
            print(request);
        }
        return ExitCode.OK;
    }

    private Optional<Delivery> file() {
        return Optional.ofNullable(output).map(Delivery::toFile);
    }

    private RequestView.Result chosen(List<RequestView.Result> results) {
        if (format != null) {
            return results.stream()
                    .filter(result -> result.name().equals(format))
                    .findFirst()
                    .orElseThrow(
                            () -> new UsageException(key + ": has no format " + format + "; it has " + names(results)));
        }
        if (results.size() == 1) {
            return results.get(0);
        }
        return results.stream()
                .filter(result -> output != null && output.toString().endsWith("." + result.name()))
                .findFirst()
                .orElseThrow(() ->
                        new UsageException(key + ": has several formats; choose with --format: " + names(results)));
    }

    private static String names(List<RequestView.Result> results) {
        return results.stream().map(result -> result.name().value()).collect(Collectors.joining(", "));
    }
}
