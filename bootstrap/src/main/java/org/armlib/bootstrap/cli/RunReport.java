package org.armlib.bootstrap.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.bootstrap.cli.BatchRun.Outcome;
import org.armlib.domain.Failure;
import org.armlib.domain.StoredFormat;
import org.jspecify.annotations.Nullable;

/** Prints what became of the requests of a run. */
final class RunReport {
    private static final int KEY_WIDTH = 60;

    private final Printer printer;
    private final List<Outcome> outcomes;

    RunReport(Printer printer, List<Outcome> outcomes) {
        this.printer = printer;
        this.outcomes = outcomes;
    }

    /** One object a line. */
    void json() {
        for (Outcome outcome : outcomes) {
            Optional<StoredFormat> format = outcome.format();
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("key", outcome.status().key().value());
            object.put("requestUri", outcome.written());
            object.put("status", outcome.status().status().label());
            object.put("attempts", outcome.status().attempts());
            object.put("fromCache", outcome.fromCache());
            object.put("sticky", isSticky(outcome));
            object.put("format", format.map(f -> f.name().value()).orElse(null));
            object.put("length", format.map(StoredFormat::length).orElse(null));
            object.put("sha256", format.map(StoredFormat::sha256).orElse(null));
            object.put("location", outcome.location().map(URI::toString).orElse(null));
            outcome.held().ifPresent(held -> object.put("held", held.json()));
            object.put(
                    "error",
                    outcome.completed()
                            ? null
                            : outcome.status().failure().map(Failure::message).orElse(null));
            printer.jsonLine(object);
        }
    }

    /** A table, then what went wrong, then the sum of it all. */
    void table(int lines, Duration time, boolean finished) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("KEY", "STATUS", "ATTEMPTS", "TIME", "FORMAT", "SIZE", "AREA"));
        outcomes.forEach(outcome -> rows.add(row(outcome)));
        printer.table(rows);
        printer.line("");
        for (Outcome outcome : outcomes) {
            if (isFailed(outcome)) {
                String reason = outcome.status().failure().map(Failure::message).orElse("no reason is known");
                printer.line(outcome.status().status().label() + "  " + outcome.written() + "  " + Shown.line(reason));
            }
            outcome.held()
                    .ifPresent(held -> printer.line(
                            outcome.status().status().label() + "  " + outcome.written() + "  " + held.line()));
        }
        long completed = outcomes.stream().filter(Outcome::completed).count();
        long cached = outcomes.stream().filter(Outcome::fromCache).count();
        long failed = outcomes.stream().filter(RunReport::isFailed).count();
        printer.line(Shown.counted(lines, "request") + ", " + outcomes.size() + " different: " + completed
                + " completed (" + cached + " from the cache), " + failed + " failed"
                + (finished ? "" : ", " + (outcomes.size() - completed - failed) + " not finished") + ", in "
                + Shown.seconds(time));
        places().forEach((area, folder) -> printer.line(area + " results are in " + folder));
    }

    private List<String> row(Outcome outcome) {
        Optional<StoredFormat> format = outcome.format();
        return List.of(
                shortened(outcome.status().key().value()),
                outcome.status().status().label() + (outcome.fromCache() ? " (cached)" : ""),
                String.valueOf(outcome.status().attempts()),
                outcome.time().map(Shown::seconds).orElse("-"),
                format.map(f -> f.name().value()).orElse("-"),
                format.map(f -> Shown.bytes(f.length())).orElse("-"),
                format.isPresent() ? area(outcome) : "-");
    }

    private static boolean isFailed(Outcome outcome) {
        return outcome.status().status().isFinal() && !outcome.completed();
    }

    /** The folder of each area, where results are files: what all locations of the area have in common. */
    private Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        for (Outcome outcome : outcomes) {
            outcome.location().ifPresent(location -> places.merge(area(outcome), folder(location), RunReport::common));
        }
        return places;
    }

    private static String folder(URI location) {
        String text = "file".equals(location.getScheme()) ? Path.of(location).toString() : location.toString();
        return text.substring(0, text.lastIndexOf('/') + 1);
    }

    private static String common(String one, String other) {
        int i = 0;
        while (i < one.length() && i < other.length() && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return one.substring(0, one.lastIndexOf('/', Math.max(0, i - 1)) + 1);
    }

    private static String area(Outcome outcome) {
        return outcome.status()
                .result()
                .map(manifest -> manifest.request().cachePolicy().area())
                .orElse("-");
    }

    private static boolean isSticky(Outcome outcome) {
        return outcome.status()
                .result()
                .map(manifest -> manifest.request().sticky())
                .or(() -> outcome.status().request().map(request -> request.sticky()))
                .orElse(false);
    }

    /** A key that fits a table; its end, the digest, tells it apart, so the middle goes. */
    private static String shortened(String key) {
        return key.length() <= KEY_WIDTH
                ? key
                : key.substring(0, KEY_WIDTH / 2 - 2) + "..." + key.substring(key.length() - KEY_WIDTH / 2 + 1);
    }
}
