package org.armlib.bootstrap.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sizes, times and texts from outside as they are shown to people. */
final class Shown {
    private static final int LINE = 200;

    private Shown() {}

    /** A length in units that keep it short. */
    static String bytes(long length) {
        if (length < 1000) {
            return length + " B";
        }
        return length < 1_000_000
                ? number("0.0", (double) length / 1000) + " kB"
                : number("0.0", (double) length / 1_000_000) + " MB";
    }

    /** How many there are of what {@code one} names: {@code 1 result}, {@code 2 results}. */
    static String counted(long count, String one) {
        return count + " " + one + (count == 1 ? "" : "s");
    }

    /** How long a request ran. */
    static String seconds(Duration time) {
        return number("0.00", (double) time.toMillis() / 1000) + " s";
    }

    /** How long a person waits, in its greatest unit: {@code 40 s}, {@code 5 min}, {@code 3 h}, {@code 12 d}. */
    static String age(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 120 * 60) {
            return seconds / 60 + " min";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + " h" : seconds / (24 * 3600) + " d";
    }

    /** A time to the second. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String percent(double fraction) {
        return Math.round(fraction * 100) + " %";
    }

    /** The first line of a text, shortened, without what could steer a terminal. */
    static String line(String text) {
        String line = text.lines().findFirst().orElse("").replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return line.length() <= LINE ? line : line.substring(0, LINE) + "...";
    }

    /** Returns a text of any length in one line, without control characters: for the view of a single request. */
    static String whole(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining(" ")).replaceAll("\\p{Cc}", "?");
    }

    /** Why a file could not be read or written, without the file's name, which the caller has said. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        @Nullable String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.toString() : reason;
    }

    private static String number(String pattern, double number) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT)).format(number);
    }
}
