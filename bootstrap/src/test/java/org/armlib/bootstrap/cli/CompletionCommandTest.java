package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionCommandTest {
    @TempDir
    Path folder;

    private Path script = Path.of("");

    @BeforeEach
    void writeScript() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(Main.run(new Printer(out, err), "completion")).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        script = Files.write(folder.resolve("armlib-completion"), out.toByteArray());
    }

    @Test
    void the_script_is_one_that_bash_understands() throws Exception {
        assertThat(bash("-n", script.toString())).isEmpty();
    }

    @Test
    void bash_completes_commands_options_and_values() throws Exception {
        assertThat(completed("st")).containsExactly("status");
        assertThat(completed("cache", "")).contains("ls", "purge", "rebuilt", "verify");
        assertThat(completed("submit", "--st")).contains("--sticky");
        assertThat(completed("queue", "--status", "F")).containsExactly("Failed");
        assertThat(completed("cache", "ls", "--area", "p")).containsExactly("persistent");
    }

    /** What bash offers when the tabulator key is hit behind these words. */
    private List<String> completed(String... words) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-c", """
                compopt() { :; } # Only the shell itself may call it, while the key is hit.
                source "$1"; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
                _complete_armlib armlib "${!#}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash", script.toString(), "armlib"));
        arguments.addAll(List.of(words));
        return bash(arguments.toArray(String[]::new))
                .lines()
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private String bash(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash"));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();
        assertThat(status).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
