package org.armlib.bootstrap.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.armlib.spi.PortType;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that does the same to the backends of the configuration and to a running server. */
abstract class TargetCommand implements Callable<Integer> {
    private final Main main;
    private final List<PortType> used;

    @Mixin
    private TargetOptions target = new TargetOptions();

    @Option(names = "--json", description = "Print JSON, one object a line.")
    private boolean json;

    /** @param used the ports whose content the command needs */
    TargetCommand(Main main, PortType... used) {
        this.main = main;
        this.used = List.of(used);
    }

    /** Does it, and returns the exit status. */
    abstract int run(Target opened) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        try (Target opened = target.open(main, used)) {
            return run(opened);
        }
    }

    Main main() {
        return main;
    }

    Printer printer() {
        return main.printer();
    }

    boolean json() {
        return json;
    }

    void print(RequestView request) {
        if (json) {
            printer().jsonLine(request.json());
        } else {
            printer().table(request.lines());
        }
    }
}
