package org.armlib.http.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Completed;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.Manifest;
import org.armlib.domain.Parameters;
import org.armlib.domain.Pending;
import org.armlib.domain.Redaction;
import org.armlib.domain.RequestState;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.Submission;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.QueuePosition;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON form of a status. Thread-safe. */
final class StatusForm {
    private static final long SOONEST_RETRY = 1;
    private static final long LATEST_RETRY = 300;

    /** Where it is not known how long a request takes. */
    private static final long UNKNOWN_RETRY = 5;

    /** In a list, of the parameters of one request, in characters. */
    private static final int LISTED_PARAMETERS = 1_000;

    /** In a list, of one value that is shortened. */
    private static final int LISTED_VALUE = 100;

    private final Clock clock;
    private final Redaction redaction;
    private final boolean shortens;

    StatusForm(Clock clock, Redaction redaction) {
        this(clock, redaction, false);
    }

    private StatusForm(Clock clock, Redaction redaction, boolean shortens) {
        this.clock = clock;
        this.redaction = redaction;
        this.shortens = shortens;
    }

    /** Returns the form that requests have in lists, where long parameters are shortened. */
    StatusForm listed() {
        return new StatusForm(clock, redaction, true);
    }

    /**
     * A status as it is shown.
     *
     * @param epoch the current one, for a request without a result
     */
    ObjectNode of(BatchStatus status, DataEpoch epoch, String base) {
        ObjectNode node = Json.object()
                .put("key", status.key().value())
                .put("status", status.status().label());
        status.request().ifPresent(request -> describe(node, request));
        status.submitted().ifPresent(time -> node.put("submitted", Json.time(time)));
        status.started().ifPresent(time -> node.put("started", Json.time(time)));
        status.finished().ifPresent(time -> node.put("finished", Json.time(time)));
        node.put("attempts", status.attempts());
        status.position().ifPresent(position -> position(node, position));
        status.eta()
                .ifPresent(eta ->
                        node.putObject("eta").put("p50", Json.time(eta.p50())).put("p90", Json.time(eta.p90())));
        status.hold().ifPresent(hold -> held(node.putObject("held"), hold));
        status.progress()
                .ifPresent(progress -> node.putObject("progress")
                        .put("fraction", progress.fraction())
                        .put("message", progress.message()));
        status.result().ifPresent(manifest -> results(node.putObject("results"), manifest, base));
        status.failure().ifPresent(failure -> error(node, failure));
        node.put("epoch", status.result().map(Manifest::epoch).orElse(epoch).value());
        return node;
    }

    private static void position(ObjectNode node, QueuePosition position) {
        node.put("position", position.value());
        if (position.estimated()) {
            node.put("positionEstimated", true);
        }
    }

    static void held(ObjectNode node, Hold hold) {
        node.put("by", hold.by().label())
                .put("since", Json.time(hold.since()))
                .put("until", Json.time(hold.until()))
                .put("reason", hold.reason());
    }

    /** What a list shows of a request: all that is known without asking further. */
    ObjectNode of(Submission submission, Optional<QueuePosition> position, DataEpoch epoch) {
        RequestState state = submission.state();
        return of(
                new BatchStatus(
                        submission.key(),
                        BatchStatus.Status.of(submission.phase()),
                        Optional.of(submission.request()),
                        Optional.of(submission.submitted()),
                        started(state),
                        state instanceof RequestState.Finished ended ? Optional.of(ended.finished()) : Optional.empty(),
                        state.attempts(),
                        position,
                        Optional.empty(),
                        state instanceof Pending pending ? pending.hold() : Optional.empty(),
                        state instanceof InProgress running ? Optional.of(running.progress()) : Optional.empty(),
                        failure(state),
                        Optional.empty()),
                epoch,
                "");
    }

    /** What a list shows of a completed request, with its results; with none of them where they were cleared. */
    static ObjectNode withResults(ObjectNode listed, Optional<Manifest> result, String base) {
        ObjectNode node = listed.putObject("results");
        result.ifPresent(manifest -> results(node, manifest, base));
        return listed;
    }

    /** What a list of the cache shows of a result. */
    ObjectNode of(Manifest manifest, String base) {
        ObjectNode node = Json.object().put("key", manifest.key().value());
        target(node, manifest.request());
        node.put("published", Json.time(manifest.published()))
                .put("epoch", manifest.epoch().value());
        results(node.putObject("results"), manifest, base);
        return node;
    }

    /**
     * An entity tag that changes whenever anything but the ETA does. The ETA moves with the clock, so that a tag which
     * showed it would never match.
     */
    String tag(BatchStatus status, DataEpoch epoch) {
        ObjectNode node = of(status, epoch, "");
        node.remove("eta");
        return "W/\"" + HexFormat.of().formatHex(sha256(Json.bytes(node)), 0, 12) + '"';
    }

    /** When it is worth asking again, in seconds. */
    long retryAfter(BatchStatus status) {
        return status.eta()
                .map(eta -> Duration.between(clock.instant(), eta.p50()).toSeconds())
                .map(seconds -> Math.max(SOONEST_RETRY, Math.min(LATEST_RETRY, seconds)))
                .orElse(status.status().isFinal() ? SOONEST_RETRY : UNKNOWN_RETRY);
    }

    private void describe(ObjectNode node, BatchRequest request) {
        target(node, request);
        node.put("sticky", request.sticky());
    }

    private void target(ObjectNode node, BatchRequest request) {
        node.put("requestUri", request.requestUri());
        Parameters shown = redaction.redact(request.parameters());
        if (shortens && shown.toQuery().length() > LISTED_PARAMETERS) {
            node.set("parameters", shortened(shown));
            node.put("parametersShortened", true);
        } else {
            node.set("parameters", parameters(shown));
            shown.written().ifPresent(query -> node.put("query", query));
        }
    }

    private static ObjectNode parameters(Parameters parameters) {
        ObjectNode node = Json.object();
        parameters.occurrences().forEach((name, values) -> {
            ArrayNode array = node.putArray(name);
            values.forEach(value -> array.add(value.orElse(null)));
        });
        return node;
    }

    /** The first parameters, each value cut. */
    private static ObjectNode shortened(Parameters parameters) {
        ObjectNode node = Json.object();
        int left = LISTED_PARAMETERS;
        for (Map.Entry<String, List<Optional<String>>> one :
                parameters.occurrences().entrySet()) {
            if (one.getKey().length() > left) {
                break;
            }
            left -= one.getKey().length();
            ArrayNode array = node.putArray(one.getKey());
            for (Optional<String> value : one.getValue()) {
                if (left <= 0) {
                    break;
                }
                String text = value.map(StatusForm::cut).orElse(null);
                left -= text == null ? 1 : 1 + text.length();
                array.add(text);
            }
        }
        return node;
    }

    private static String cut(String value) {
        if (value.length() <= LISTED_VALUE) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(LISTED_VALUE - 1)) ? LISTED_VALUE - 1 : LISTED_VALUE;
        return value.substring(0, end) + "...";
    }

    private static void results(ObjectNode node, Manifest manifest, String base) {
        for (StoredFormat format : manifest.formats()) {
            String name = format.name().value();
            node.putObject(name)
                    .put("url", base + "/results/" + manifest.key() + "." + name)
                    .put("length", format.length())
                    .put("digest", "sha256:" + format.sha256())
                    .put("mediaType", format.mediaType());
        }
    }

    /** The last attempt's failure; of a request that goes on it says why there was more than one attempt. */
    private static void error(ObjectNode node, Failure failure) {
        node.putObject("error")
                .put("type", Problem.REQUEST_FAILED.type())
                .put("title", title(failure.kind()))
                .put("detail", failure.message());
    }

    private static String title(Failure.Kind kind) {
        return switch (kind) {
            case RETRYABLE -> "The last attempt failed";
            case PERMANENT -> "The request itself is wrong";
            case LEASE_EXPIRED -> "Its worker was not heard of any more";
        };
    }

    private static Optional<Instant> started(RequestState state) {
        if (state instanceof InProgress running) {
            return Optional.of(running.started());
        }
        return state instanceof Completed done ? Optional.of(done.started()) : Optional.empty();
    }

    private static Optional<Failure> failure(RequestState state) {
        if (state instanceof Failed failed) {
            return Optional.of(failed.reason());
        }
        return state instanceof Pending pending ? pending.lastFailure() : Optional.empty();
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    static byte[] sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
