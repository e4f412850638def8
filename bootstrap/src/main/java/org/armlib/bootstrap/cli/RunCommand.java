package org.armlib.bootstrap.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.armlib.bootstrap.Armlib;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: works through a file of requests. */
@Command(
        name = "run",
        description = {
            "Run a file of requests: submit them, work them through, and show what became of each.",
            "A line of the file is a request, /path?query, then any of the words sticky, priority=N, key=K;"
                    + " # begins a comment.",
            "Ctrl-C lets running requests finish. A second run answers from the cache what the first has done."
        })
final class RunCommand implements Callable<Integer> {
    private final Main main;

    @Parameters(paramLabel = "FILE", description = "The requests, one a line.")
    private Path file = Path.of("requests.txt");

    @Option(names = "--json", description = "Print one JSON object a line for each different request.")
    private boolean json;

    @Option(
            names = "--max-hold",
            paramLabel = "TIME",
            description = "Stop when the upstream or the cache has not worked for so long (default: 10m);"
                    + " what waits stays in the queue.")
    private Duration maxHold = FileRunner.MAX_HOLD;

    RunCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (maxHold.isZero()) {
            throw new UsageException("--max-hold must be longer than 0; write a number and a unit, such as 10m");
        }
        return new FileRunner(main.printer(), json, BatchRun.Outcome::completed, maxHold)
                .run(RequestsFile.read(file), Armlib.builder().appConf(main.config()));
    }
}
