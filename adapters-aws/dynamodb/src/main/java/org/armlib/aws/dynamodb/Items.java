package org.armlib.aws.dynamodb;

import static org.armlib.aws.dynamodb.Attributes.flag;
import static org.armlib.aws.dynamodb.Attributes.number;
import static org.armlib.aws.dynamodb.Attributes.text;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Cancelled;
import org.armlib.domain.Completed;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Lease;
import org.armlib.domain.Parameters;
import org.armlib.domain.Pending;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;
import org.armlib.domain.WorkerId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A submission as an item of the requests table, and back. What a person may have changed by hand is read as it is meant:
 * the state counts, and what it needs and does not find is made up.
 */
final class Items {
    /**
     * Parameters that take more bytes, with the trace, go into an item of their own: each write is billed by the size of its
     * item.
     */
    static final int INLINE_PARAMETERS = 400;

    /** How much longer than its retention a finished request is kept, so that one set back by hand is not deleted. */
    static final Duration GRACE = Duration.ofDays(1);

    /** What this library writes and removes; other attributes are left alone. */
    static final Set<String> OURS = Set.of(
            Attributes.CHANGE,
            Attributes.SUBMISSION,
            Attributes.SUBMITTED,
            Attributes.REQUEST_URI,
            Attributes.PARAMETERS,
            Attributes.PARAMETERS_PACKED,
            Attributes.PARAMETERS_IN,
            Attributes.STICKY,
            Attributes.PRIORITY,
            Attributes.ESTIMATE,
            Attributes.TRACEPARENT,
            Attributes.TRACESTATE,
            Attributes.STATE,
            Attributes.ATTEMPTS,
            Attributes.FENCE,
            Attributes.NOT_BEFORE,
            Attributes.FAILURE,
            Attributes.FAILURE_KIND,
            Attributes.TOKEN,
            Attributes.GIVEN_UP,
            Attributes.GIVEN_UP_TOKEN,
            Attributes.HELD_BY,
            Attributes.HELD_SINCE,
            Attributes.HELD_UNTIL,
            Attributes.HELD_COUNT,
            Attributes.HELD_REASON,
            Attributes.WORKER,
            Attributes.STARTED,
            Attributes.EXPIRES,
            Attributes.LEASED_UNTIL,
            Attributes.PROGRESS,
            Attributes.PROGRESS_TEXT,
            Attributes.FINISHED,
            Attributes.TICKET,
            Attributes.SHARD,
            Attributes.PLACE,
            Attributes.DELETE_AFTER);

    private final Duration retention;

    Items(Duration retention) {
        this.retention = retention;
    }

    /**
     * The item of a submission.
     *
     * @param before the item that it takes the place of, empty if there is none
     * @param parametersIn the item that has the parameters, null if this one is to have them
     * @param shard where its entry in the index belongs, if it has none yet
     * @param change the token of this write
     */
    Map<String, AttributeValue> encode(
            Submission submission,
            Map<String, AttributeValue> before,
            @Nullable String parametersIn,
            String shard,
            String change) {
        Map<String, AttributeValue> item = new HashMap<>();
        BatchRequest request = submission.request();
        item.put(Attributes.KEY, text(request.key().value()));
        item.put(Attributes.CHANGE, text(change));
        item.put(Attributes.SUBMISSION, text(submission.id().toString()));
        item.put(Attributes.SUBMITTED, time(submission.submitted()));
        item.put(Attributes.REQUEST_URI, text(request.requestUri()));
        if (parametersIn != null) {
            item.put(Attributes.PARAMETERS_IN, text(parametersIn));
        } else if (!request.parameters().isEmpty()) {
            PackedParameters.write(request.parameters(), item);
        }
        item.put(Attributes.STICKY, flag(request.sticky()));
        item.put(Attributes.PRIORITY, number(request.priority()));
        if (!request.estimatedTime().isZero()) {
            item.put(Attributes.ESTIMATE, text(request.estimatedTime().toString()));
        }
        request.trace().ifPresent(trace -> encode(trace, item));
        RequestState state = submission.state();
        item.put(Attributes.STATE, text(state.phase().label()));
        item.put(Attributes.ATTEMPTS, number(state.attempts()));
        item.put(Attributes.FENCE, number(state.fence()));
        if (state instanceof RequestState.Live) {
            AttributeValue there = before.get(Attributes.SHARD);
            item.put(Attributes.SHARD, there == null ? text(shard) : there);
            item.put(Attributes.PLACE, text(Place.of(submission).text()));
            keep(before, Attributes.TICKET, item);
        }
        if (state instanceof Pending pending) {
            encode(pending, item);
        } else if (state instanceof InProgress running) {
            encode(running, before, item);
        } else if (state instanceof RequestState.Finished finished) {
            encode(finished, item);
        }
        return item;
    }

    private static void encode(TraceContext trace, Map<String, AttributeValue> item) {
        item.put(Attributes.TRACEPARENT, text(trace.traceparent()));
        if (!trace.tracestate().isEmpty()) {
            item.put(Attributes.TRACESTATE, text(trace.tracestate()));
        }
    }

    private static void encode(Pending pending, Map<String, AttributeValue> item) {
        item.put(Attributes.NOT_BEFORE, time(pending.notBefore()));
        pending.lastFailure().ifPresent(failure -> encode(failure, item));
        pending.givenUp().ifPresent(lease -> {
            item.put(Attributes.GIVEN_UP, text(lease.how().name()));
            item.put(Attributes.GIVEN_UP_TOKEN, text(lease.token().toString()));
        });
        pending.hold().ifPresent(hold -> encode(hold, item));
    }

    private static void encode(Hold hold, Map<String, AttributeValue> item) {
        item.put(Attributes.HELD_BY, text(hold.by().name()));
        item.put(Attributes.HELD_SINCE, time(hold.since()));
        item.put(Attributes.HELD_UNTIL, time(hold.until()));
        item.put(Attributes.HELD_COUNT, number(hold.count()));
        item.put(Attributes.HELD_REASON, text(hold.reason()));
    }

    private static void encode(
            InProgress running, Map<String, AttributeValue> before, Map<String, AttributeValue> item) {
        Lease lease = running.lease();
        AttributeValue token = text(lease.token().toString());
        item.put(Attributes.TOKEN, token);
        item.put(Attributes.WORKER, text(lease.worker().value()));
        item.put(Attributes.STARTED, time(running.started()));
        item.put(Attributes.EXPIRES, time(lease.expiresAt()));
        AttributeValue granted = before.get(Attributes.LEASED_UNTIL);
        boolean renewed = token.equals(before.get(Attributes.TOKEN)) && granted != null;
        item.put(Attributes.LEASED_UNTIL, renewed ? granted : time(lease.expiresAt()));
        // For somebody who sets the state back to Pending by hand: it is due at once.
        keep(before, Attributes.NOT_BEFORE, item);
        if (!running.progress().equals(Progress.NONE)) {
            item.put(
                    Attributes.PROGRESS, text(Double.toString(running.progress().fraction())));
            item.put(Attributes.PROGRESS_TEXT, text(running.progress().message()));
        }
        running.hold().ifPresent(hold -> encode(hold, item));
    }

    private void encode(RequestState.Finished finished, Map<String, AttributeValue> item) {
        item.put(Attributes.FINISHED, time(finished.finished()));
        item.put(
                Attributes.DELETE_AFTER,
                number(finished.finished().plus(retention).plus(GRACE).getEpochSecond()));
        if (finished instanceof Completed completed) {
            item.put(Attributes.STARTED, time(completed.started()));
            item.put(Attributes.TOKEN, text(completed.token().toString()));
        } else if (finished instanceof Failed failed) {
            encode(failed.reason(), item);
            failed.token().ifPresent(token -> item.put(Attributes.TOKEN, text(token.toString())));
        }
    }

    private static void encode(Failure failure, Map<String, AttributeValue> item) {
        item.put(Attributes.FAILURE, text(failure.message()));
        item.put(Attributes.FAILURE_KIND, text(failure.kind().name()));
    }

    /**
     * The submission of an item.
     *
     * @param parameters gets the parameters from the item of that key
     * @throws InvalidRequestException if the item is none of this library's, or was changed so that it cannot be read; so do
     *     {@link IllegalArgumentException} and {@link java.time.DateTimeException} say of single values
     */
    Submission decode(Map<String, AttributeValue> item, Function<String, Parameters> parameters) {
        String parametersIn = text(item, Attributes.PARAMETERS_IN);
        BatchRequest request = new BatchRequest(
                new RequestKey(required(item, Attributes.KEY)),
                required(item, Attributes.REQUEST_URI),
                parametersIn == null ? PackedParameters.read(item) : parameters.apply(parametersIn),
                flag(item, Attributes.STICKY) ? CachePolicy.STICKY : CachePolicy.TEMPORARY,
                Duration.parse(text(item, Attributes.ESTIMATE, "PT0S")),
                (int) number(item, Attributes.PRIORITY, 0),
                TraceContext.parse(text(item, Attributes.TRACEPARENT, ""), text(item, Attributes.TRACESTATE, "")));
        SubmissionId id = SubmissionId.parse(required(item, Attributes.SUBMISSION));
        Instant submitted = time(item, Attributes.SUBMITTED, Instant.ofEpochMilli(id.time()));
        return new Submission(id, request, submitted, state(item, request.key(), id, submitted));
    }

    private static RequestState state(
            Map<String, AttributeValue> item, RequestKey key, SubmissionId id, Instant submitted) {
        int attempts = (int) number(item, Attributes.ATTEMPTS, 0);
        long fence = number(item, Attributes.FENCE, 0);
        Optional<UUID> token = Optional.ofNullable(text(item, Attributes.TOKEN)).map(UUID::fromString);
        return switch (phase(required(item, Attributes.STATE))) {
            case PENDING ->
                new Pending(
                        attempts,
                        fence,
                        time(item, Attributes.NOT_BEFORE, submitted),
                        Optional.ofNullable(text(item, Attributes.FAILURE)).map(message -> failure(item, message)),
                        givenUp(item),
                        hold(item));
            case IN_PROGRESS ->
                new InProgress(
                        new Lease(
                                key,
                                id,
                                new WorkerId(text(item, Attributes.WORKER, "unknown")),
                                token.orElseGet(UUID::randomUUID),
                                fence,
                                attempts,
                                time(item, Attributes.EXPIRES, submitted)),
                        time(item, Attributes.STARTED, submitted),
                        new Progress(
                                Double.parseDouble(text(item, Attributes.PROGRESS, "0")),
                                text(item, Attributes.PROGRESS_TEXT, "")),
                        hold(item));
            case COMPLETED ->
                new Completed(
                        attempts,
                        fence,
                        time(item, Attributes.STARTED, submitted),
                        finished(item, submitted),
                        token.orElseGet(UUID::randomUUID));
            case FAILED ->
                new Failed(
                        attempts,
                        fence,
                        failure(item, text(item, Attributes.FAILURE, "")),
                        finished(item, submitted),
                        token);
            case CANCELLED -> new Cancelled(attempts, fence, finished(item, submitted));
        };
    }

    private static Phase phase(String label) {
        for (Phase phase : Phase.values()) {
            if (phase.label().equals(label)) {
                return phase;
            }
        }
        throw new InvalidRequestException(Attributes.STATE, "is '" + label + "', which is no state");
    }

    private static Failure failure(Map<String, AttributeValue> item, String message) {
        return new Failure(
                Failure.Kind.valueOf(text(item, Attributes.FAILURE_KIND, Failure.Kind.RETRYABLE.name())), message);
    }

    private static Optional<Pending.GivenUp> givenUp(Map<String, AttributeValue> item) {
        String how = text(item, Attributes.GIVEN_UP);
        return how == null
                ? Optional.empty()
                : Optional.of(new Pending.GivenUp(
                        UUID.fromString(required(item, Attributes.GIVEN_UP_TOKEN)), Pending.How.valueOf(how)));
    }

    private static Optional<Hold> hold(Map<String, AttributeValue> item) {
        String by = text(item, Attributes.HELD_BY);
        return by == null
                ? Optional.empty()
                : Optional.of(new Hold(
                        Hold.Cause.valueOf(by),
                        time(item, Attributes.HELD_SINCE, Instant.EPOCH),
                        time(item, Attributes.HELD_UNTIL, Instant.EPOCH),
                        text(item, Attributes.HELD_REASON, ""),
                        (int) number(item, Attributes.HELD_COUNT, 1)));
    }

    /** When it ended; if somebody ended it by hand, the last that is known of it. */
    private static Instant finished(Map<String, AttributeValue> item, Instant submitted) {
        return time(item, Attributes.FINISHED, time(item, Attributes.STARTED, submitted));
    }

    static Instant time(Map<String, AttributeValue> item, String name, Instant otherwise) {
        String text = text(item, name);
        return text == null ? otherwise : Instant.parse(text);
    }

    private static AttributeValue time(Instant time) {
        return text(time.toString());
    }

    private static void keep(Map<String, AttributeValue> before, String name, Map<String, AttributeValue> item) {
        AttributeValue value = before.get(name);
        if (value != null) {
            item.put(name, value);
        }
    }

    private static String required(Map<String, AttributeValue> item, String name) {
        String text = text(item, name);
        if (text == null) {
            throw new InvalidRequestException(name, "is missing, or no text");
        }
        return text;
    }
}
