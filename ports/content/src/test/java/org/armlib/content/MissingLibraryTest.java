package org.armlib.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine on which the native library of an encoder cannot be loaded, in a process of its own. */
class MissingLibraryTest {

    @Test
    void W07_a_library_that_cannot_be_loaded_is_an_io_error_that_says_what_to_do(@TempDir Path folder)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folder.resolve("missing"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MissingLibraryTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();

        assertThat(output.lines().filter(line -> line.startsWith("refused")))
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line).contains("zstd cannot be loaded").contains("java.io.tmpdir"));
    }

    /** Tries twice: the first try meets another error than those that follow. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        for (int i = 0; i < 2; i++) {
            try {
                Contents.check(Compression.ZSTD);
                System.out.println("worked");
            } catch (IOException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }
}
