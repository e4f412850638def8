package org.armlib.bootstrap.cli;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Eta;
import org.armlib.domain.FormatName;
import org.armlib.domain.Hold;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueuePosition;
import org.jspecify.annotations.Nullable;

/**
 * A request and where it stands, as the command line shows it, whoever told it: the backends or a server.
 *
 * @param request what was submitted
 * @param phase its state
 * @param submitted when, where known
 * @param started when the current or last attempt began, where known
 * @param finished when it ended, if it did
 * @param attempts attempts begun
 * @param position 1 if next to be run, 0 while it runs, empty otherwise
 * @param eta when it is expected to be done, while it waits or runs
 * @param hold why it is not run although it could be, while it waits
 * @param progress how far it has come, while it runs
 * @param error why the last attempt failed, if it did
 * @param epoch the data epoch of its result, if it is there
 * @param results the formats of its result, empty if it is not there
 */
record RequestView(
        BatchRequest request,
        Phase phase,
        Optional<Instant> submitted,
        Optional<Instant> started,
        Optional<Instant> finished,
        int attempts,
        Optional<QueuePosition> position,
        Optional<Eta> eta,
        Optional<Held> hold,
        Optional<Progress> progress,
        Optional<String> error,
        OptionalLong epoch,
        List<Result> results) {

    /**
     * A format of a result.
     *
     * @param length in bytes
     * @param sha256 of its content, in hexadecimal digits
     * @param location where it can be read
     */
    record Result(FormatName name, String mediaType, long length, String sha256, URI location) {
        private Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("url", location.toString());
            json.put("length", length);
            json.put("digest", "sha256:" + sha256);
            json.put("mediaType", mediaType);
            return json;
        }
    }

    /**
     * What holds a request back.
     *
     * @param by the part that does not work, such as {@code upstream}
     * @param since when that began
     * @param until the earliest time of the next attempt
     */
    record Held(String by, Instant since, Instant until, String reason) {
        static Held of(Hold hold) {
            return new Held(hold.by().label(), hold.since(), hold.until(), hold.reason());
        }

        Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("by", by);
            json.put("since", since.toString());
            json.put("until", until.toString());
            json.put("reason", reason);
            return json;
        }

        /** In a line, for people. */
        String line() {
            return "held " + text(Shown.line(reason));
        }

        /** Without leaving out a part of the reason. */
        private String whole() {
            return text(Shown.whole(reason));
        }

        private String text(String shownReason) {
            return "by " + by + " since " + Shown.time(since) + ", until " + Shown.time(until) + ": " + shownReason;
        }
    }

    RequestKey key() {
        return request.key();
    }

    /** Whether its result can be fetched. */
    boolean completed() {
        return phase == Phase.COMPLETED;
    }

    /** For programs: the names are those of the HTTP API, and what is not known is left out. */
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("key", key().value());
        json.put("status", phase.label());
        ServerForms.describe(request, json);
        json.put("sticky", request.sticky());
        submitted.ifPresent(time -> json.put("submitted", time.toString()));
        started.ifPresent(time -> json.put("started", time.toString()));
        finished.ifPresent(time -> json.put("finished", time.toString()));
        json.put("attempts", attempts);
        position.ifPresent(place -> {
            json.put("position", place.value());
            if (place.estimated()) {
                json.put("positionEstimated", true);
            }
        });
        eta.ifPresent(time -> json.put(
                "eta", Map.of("p50", time.p50().toString(), "p90", time.p90().toString())));
        hold.ifPresent(held -> json.put("held", held.json()));
        progress.ifPresent(
                made -> json.put("progress", Map.of("fraction", made.fraction(), "message", made.message())));
        error.ifPresent(reason -> json.put("error", Map.of("detail", reason)));
        epoch.ifPresent(number -> json.put("epoch", number));
        if (!results.isEmpty()) {
            Map<String, @Nullable Object> formats = new LinkedHashMap<>();
            results.forEach(result -> formats.put(result.name().value(), result.json()));
            json.put("results", formats);
        }
        return json;
    }

    /** For people: a line for each thing that is known. */
    List<List<String>> lines() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("key", key().value()));
        lines.add(List.of("status", phase.label()));
        lines.add(List.of("request", Shown.line(request.toString())));
        lines.add(List.of("area", request.cachePolicy().area()));
        submitted.ifPresent(time -> lines.add(List.of("submitted", Shown.time(time))));
        started.ifPresent(time -> lines.add(List.of("started", Shown.time(time))));
        finished.ifPresent(time -> lines.add(List.of("finished", Shown.time(time))));
        lines.add(List.of("attempts", String.valueOf(attempts)));
        position.ifPresent(place -> lines.add(List.of("position", shown(place))));
        eta.ifPresent(time -> lines.add(
                List.of("expected", Shown.time(time.p50()) + " (p50), " + Shown.time(time.p90()) + " (p90)")));
        hold.ifPresent(held -> lines.add(List.of("held", held.whole())));
        progress.ifPresent(made -> lines.add(List.of("progress", shown(made))));
        error.ifPresent(reason -> lines.add(List.of("error", Shown.whole(reason))));
        for (Result result : results) {
            lines.add(List.of(
                    "result",
                    result.name() + "  " + Shown.bytes(result.length()) + "  " + Shown.line(result.mediaType())));
        }
        return lines;
    }

    /** In a few words, for somebody who waits. */
    String brief() {
        StringBuilder brief = new StringBuilder(phase.label());
        if (phase == Phase.PENDING && position.isPresent()) {
            brief.append(", position ").append(shown(position.get()));
        }
        progress.filter(made -> !made.equals(Progress.NONE))
                .ifPresent(made -> brief.append(", ").append(shown(made)));
        if (attempts > 1) {
            brief.append(", attempt ").append(attempts);
        }
        eta.ifPresent(time -> brief.append(", expected ").append(Shown.time(time.p50())));
        hold.ifPresent(held -> brief.append(", ").append(held.line()));
        error.ifPresent(reason -> brief.append(", ").append(Shown.line(reason)));
        return brief.toString();
    }

    /** A place that is an estimate is marked as one. */
    static String shown(QueuePosition position) {
        return (position.estimated() ? "~" : "") + position.value();
    }

    private static String shown(Progress progress) {
        String message = Shown.line(progress.message());
        return Shown.percent(progress.fraction()) + (message.isEmpty() ? "" : ", " + message);
    }
}
