package org.armlib.bootstrap.cli;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code help}: the same as {@code --help}. */
@Command(
        name = "help",
        description = "Explain a command, as its option --help does.",
        footerHeading = "%nExamples:%n",
        footer = {"  armlib help submit", "  armlib help config check"})
final class HelpCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Which one (default: all, in short).")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        CommandSpec own = Objects.requireNonNull(spec);
        CommandLine explained = own.root().commandLine();
        for (String name : names) {
            CommandLine next = explained.getSubcommands().get(name);
            if (next == null) {
                throw new UnmatchedArgumentException(explained, List.of(name));
            }
            explained = next;
        }
        explained.usage(explained.getOut());
        return ExitCode.OK;
    }
}
