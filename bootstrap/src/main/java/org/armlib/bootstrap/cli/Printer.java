package org.armlib.bootstrap.cli;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one place that writes to standard output and standard error. Both are UTF-8, whatever the locale says. */
final class Printer {
    private final OutputStream bytes;
    private final Remembering remembering;
    private final PrintWriter out;
    private final PrintWriter err;

    Printer(OutputStream out, OutputStream err) {
        this.bytes = out;
        this.remembering = new Remembering(out);
        this.out = new PrintWriter(new OutputStreamWriter(remembering, StandardCharsets.UTF_8), true);
        this.err = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
    }

    static Printer standard() {
        return new Printer(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
    }

    /** A line of what was asked for. */
    void line(String text) {
        out.println(text);
    }

    /** A text of what was asked for that ends its own lines. */
    void text(String text) {
        out.print(text);
        out.flush();
    }

    /** What was asked for, for programs: a map, list, text, number or flag. */
    void json(Object value) {
        ConfigRenderOptions json = ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(true);
        line(ConfigValueFactory.fromAnyRef(value).render(json));
    }

    /** What was asked for, for programs that read line by line. */
    void jsonLine(Map<String, @Nullable Object> object) {
        line(ConfigValueFactory.fromMap(object).render(ConfigRenderOptions.concise()));
    }

    /** What was asked for, as columns; the last one is as wide as it is. */
    void table(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                line.append(cell).append(i < row.size() - 1 ? " ".repeat(widths[i] - cell.length() + 2) : "");
            }
            line(line.toString().stripTrailing());
        }
    }

    /** Whether standard error is a terminal; the launcher knows, Java does not. */
    static boolean isTerminal() {
        return Boolean.getBoolean("armlib.terminal");
    }

    /** Whether somebody sits at a terminal who reads standard output and can press keys; the launcher knows. */
    static boolean isInteractive() {
        return Boolean.getBoolean("armlib.interactive");
    }

    /** A line about what goes on, in place of the last such line. */
    void redraw(String text) {
        // To the start of the line, and after the text clear the rest of it (ECMA-48).
        err.print("\r" + text + "\u001b[K");
        err.flush();
    }

    /** A line about what goes wrong or goes on. */
    void error(String text) {
        err.println(text);
    }

    void stackTrace(Throwable problem) {
        problem.printStackTrace(err);
    }

    /** Standard output, for what is no text; unlike the rest it tells when it cannot be written. */
    OutputStream bytes() {
        return bytes;
    }

    /**
     * Why something of what was asked for could not be written, or empty. A pipe whose reader has gone, as {@code head}
     * goes, is no reason: that reader has all it wanted.
     */
    Optional<String> lost() {
        out.flush();
        return remembering.failure().filter(failure -> !isReaderGone(failure)).map(Shown::reason);
    }

    /** Whether a write failed because the reader of a pipe has closed it; the word is in the text of every locale. */
    static boolean isReaderGone(IOException failure) {
        return Shown.reason(failure).toLowerCase(Locale.ROOT).contains("pipe");
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    /** Keeps the first failure, which a {@link PrintWriter} only says there was. */
    private static final class Remembering extends FilterOutputStream {
        private @Nullable IOException failure;

        Remembering(OutputStream out) {
            super(out);
        }

        Optional<IOException> failure() {
            return Optional.ofNullable(failure);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw remembered(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw remembered(e);
            }
        }

        private IOException remembered(IOException e) {
            if (failure == null) {
                failure = e;
            }
            return e;
        }
    }
}
