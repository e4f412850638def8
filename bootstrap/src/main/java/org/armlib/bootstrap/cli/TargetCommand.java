package org.armlib.bootstrap.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.armlib.domain.RequestKey;
import org.armlib.spi.PortType;
import org.jspecify.annotations.Nullable;
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

    private @Nullable Interruption interruption;

    /** @param used the ports whose content the command needs */
    TargetCommand(Main main, PortType... used) {
        this.main = main;
        this.used = List.of(used);
    }

    /**
     * Checks arguments before anything is opened.
     *
     * @throws UsageException if they are not acceptable
     */
    void check() {}

    /** Does it, and returns the exit status. */
    abstract int run(Target opened) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        check();
        try (Target opened = target.open(main, used)) {
            return run(opened);
        } finally {
            if (interruption != null) {
                interruption.close();
            }
        }
    }

    /** {@link Watch#follow Waits} for the end of a request; when Ctrl-C ends that, the command ends in order too. */
    RequestView follow(Target opened, RequestKey key, @Nullable Duration timeout, Consumer<RequestView> changed)
            throws InterruptedException {
        interruption = Interruption.begin();
        RequestView last =
                new Watch(opened, printer(), interruption, Optional.ofNullable(timeout)).follow(key, changed);
        if (last.phase().isFinished()) {
            // What follows may take long, and is to end at once.
            interruption.close();
        }
        return last;
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
