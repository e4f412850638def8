package org.armlib.bootstrap.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code completion}: has a shell complete commands and options. */
@Command(
        name = "completion",
        description = {
            "Print a script that lets bash or zsh complete commands and options of armlib.",
            "It is for one shell: let it read the output at its start."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(armlib completion)                 # in this shell; in ~/.bashrc or ~/.zshrc for every one",
            "  armlib completion > ~/.local/share/bash-completion/completions/armlib"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Main main;

    @Spec
    private @Nullable CommandSpec spec;

    CompletionCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        main.printer()
                .text(AutoComplete.bash(
                        "armlib", Objects.requireNonNull(spec).root().commandLine()));
        return ExitCode.OK;
    }
}
