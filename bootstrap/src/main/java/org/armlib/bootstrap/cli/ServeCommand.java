package org.armlib.bootstrap.cli;

import java.util.concurrent.Callable;
import org.armlib.bootstrap.Armlib;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code serve}: takes requests over HTTP and runs them. */
@Command(
        name = "serve",
        description = {
            "Serve the HTTP API, and run the requests it takes: all that the configuration describes.",
            "Ctrl-C stops taking requests and lets running ones finish."
        })
final class ServeCommand implements Callable<Integer> {
    private final Main main;

    ServeCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Interruption interruption = Interruption.begin();
                Armlib armlib = Armlib.builder().appConf(main.config()).serve().start()) {
            main.printer().line("listening on " + armlib.address().orElseThrow());
            interruption.told().await();
            main.printer().error("stopping; running requests are finished first");
        }
        return ExitCode.OK;
    }
}
