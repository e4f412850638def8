package org.armlib.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Cancelled;
import org.armlib.domain.Completed;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.Hold;
import org.armlib.domain.InProgress;
import org.armlib.domain.Lease;
import org.armlib.domain.Pending;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;
import org.armlib.domain.WorkerId;
import org.armlib.json.JsonForms;
import org.armlib.ports.QueueException;
import org.jspecify.annotations.Nullable;

/**
 * A submission as a row of one of the tables.
 *
 * @param submission what the row says
 * @param lane where a request of its priority is in the order: the lowest goes first
 * @param seq its place within the lane; 0 if the row has none
 */
record Stored(Submission submission, long lane, long seq) {
    /** The columns of a live row that {@link #of} reads. */
    static final String LIVE_COLUMNS =
            "request_key, seq, lane, state, submission, uri, parameters, sticky, estimate, submitted, attempts, fence,"
                    + " not_before, token, given_up, worker, started, expires, progress, note, failure_kind,"
                    + " failure_message, trace, held_by, held_since, held_until, held_count, held_reason";

    /** The columns of a finished row that {@link #of} reads. */
    static final String FINISHED_COLUMNS =
            "request_key, lane, state, submission, uri, parameters, sticky, estimate, submitted, attempts, fence,"
                    + " token, started, finished, failure_kind, failure_message, trace";

    static final String READY = "P";
    static final String WAITING = "W";
    static final String RUNNING = "R";
    static final String COMPLETED = "C";
    static final String FAILED = "F";
    static final String CANCELLED = "X";

    /** The {@link #FINISHED_COLUMNS} of a live row that is completed at {@code finished}, an expression. */
    static String completedAt(String finished) {
        return "request_key, lane, 'C', submission, uri, parameters, sticky, estimate, submitted, attempts, fence,"
                + " token, started, " + finished + ", NULL, NULL, trace";
    }

    /** The lane of a priority. */
    static long laneOf(BatchRequest request) {
        return -(long) request.priority();
    }

    /** What the column {@code trace} is for a request; null if it is not traced. */
    static @Nullable String traceOf(BatchRequest request) {
        return request.trace()
                .map(trace -> trace.tracestate().isEmpty()
                        ? trace.traceparent()
                        : trace.traceparent() + ' ' + trace.tracestate())
                .orElse(null);
    }

    /** {@code submission} with its times cut to what a row can hold, so that what is returned is what will be found. */
    static Submission cut(Submission submission) {
        RequestState state = submission.state();
        if (state instanceof Pending waiting) {
            state = new Pending(
                    waiting.attempts(),
                    waiting.fence(),
                    cut(waiting.notBefore()),
                    waiting.lastFailure(),
                    waiting.givenUp(),
                    waiting.hold().map(Stored::cut));
        } else if (state instanceof InProgress running) {
            Lease lease = running.lease();
            state = new InProgress(
                    new Lease(
                            lease.key(),
                            lease.submission(),
                            lease.worker(),
                            lease.token(),
                            lease.fence(),
                            lease.attempt(),
                            cut(lease.expiresAt())),
                    running.started(),
                    running.progress(),
                    running.hold());
        }
        return new Submission(submission.id(), submission.request(), submission.submitted(), state);
    }

    private static Hold cut(Hold hold) {
        return new Hold(hold.by(), cut(hold.since()), cut(hold.until()), hold.reason(), hold.count());
    }

    private static Instant cut(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    /** The current row of {@code row}, which is of either table. */
    static Stored of(ResultSet row) throws SQLException {
        BatchRequest request = request(row);
        SubmissionId id = SubmissionId.parse(row.getString("submission"));
        String letter = row.getString("state");
        RequestState state = switch (letter) {
            case READY, WAITING -> pending(row);
            case RUNNING -> running(row, request, id);
            default -> finished(row, letter);
        };
        long seq = state instanceof RequestState.Live ? row.getLong("seq") : 0;
        return new Stored(
                new Submission(id, request, Times.instant(row.getLong("submitted")), state), row.getLong("lane"), seq);
    }

    private static BatchRequest request(ResultSet row) throws SQLException {
        return new BatchRequest(
                new RequestKey(row.getString("request_key")),
                StoredText.readUri(row.getString("uri")),
                JsonForms.readParameters(row.getString("parameters")),
                row.getBoolean("sticky") ? CachePolicy.STICKY : CachePolicy.TEMPORARY,
                Duration.ofNanos(row.getLong("estimate")),
                (int) -row.getLong("lane"),
                trace(row));
    }

    private static Optional<TraceContext> trace(ResultSet row) throws SQLException {
        String text = row.getString("trace");
        if (text == null) {
            return Optional.empty();
        }
        int end = text.indexOf(' ');
        return end < 0
                ? TraceContext.parse(text, "")
                : TraceContext.parse(text.substring(0, end), text.substring(end + 1));
    }

    private static RequestState running(ResultSet row, BatchRequest request, SubmissionId id) throws SQLException {
        Lease lease = new Lease(
                request.key(),
                id,
                new WorkerId(text(row, "worker")),
                UUID.fromString(text(row, "token")),
                row.getLong("fence"),
                row.getInt("attempts"),
                Times.instant(row.getLong("expires")));
        return new InProgress(
                lease,
                Times.instant(row.getLong("started")),
                new Progress(row.getDouble("progress"), StoredText.read(text(row, "note"))),
                hold(row));
    }

    private static RequestState pending(ResultSet row) throws SQLException {
        String letters = row.getString("given_up");
        Optional<Hold> hold = hold(row);
        if (letters == null) {
            return pending(row, Optional.empty(), hold);
        }
        Pending.How how = Pending.How.valueOf(letters);
        // A server of an earlier version leaves the columns of a hold as they are, and sets another time.
        boolean held = how == Pending.How.RELEASED
                && hold.isPresent()
                && row.getLong("not_before") == row.getLong("held_until");
        UUID token = UUID.fromString(text(row, "token"));
        return pending(
                row,
                Optional.of(new Pending.GivenUp(token, held ? Pending.How.HELD : how)),
                held ? hold : Optional.empty());
    }

    private static Pending pending(ResultSet row, Optional<Pending.GivenUp> givenUp, Optional<Hold> hold)
            throws SQLException {
        return new Pending(
                row.getInt("attempts"),
                row.getLong("fence"),
                Times.instant(row.getLong("not_before")),
                failure(row),
                givenUp,
                hold);
    }

    /** The {@code given_up} of a row. */
    static @Nullable String givenUp(Pending waiting) {
        return waiting.givenUp()
                .map(Pending.GivenUp::how)
                .map(how -> how == Pending.How.HELD ? Pending.How.RELEASED : how)
                .map(Pending.How::name)
                .orElse(null);
    }

    private static Optional<Hold> hold(ResultSet row) throws SQLException {
        String by = row.getString("held_by");
        return by == null
                ? Optional.empty()
                : Optional.of(new Hold(
                        Hold.Cause.valueOf(by),
                        Times.instant(row.getLong("held_since")),
                        Times.instant(row.getLong("held_until")),
                        StoredText.read(text(row, "held_reason")),
                        row.getInt("held_count")));
    }

    private static RequestState finished(ResultSet row, String letter) throws SQLException {
        int attempts = row.getInt("attempts");
        long fence = row.getLong("fence");
        Instant end = Times.instant(row.getLong("finished"));
        Optional<UUID> token = Optional.ofNullable(row.getString("token")).map(UUID::fromString);
        return switch (letter) {
            case COMPLETED ->
                new Completed(
                        attempts,
                        fence,
                        Times.instant(row.getLong("started")),
                        end,
                        token.orElseThrow(() -> missing(row, "token")));
            case FAILED ->
                new Failed(attempts, fence, failure(row).orElseThrow(() -> missing(row, "failure_kind")), end, token);
            default -> new Cancelled(attempts, fence, end);
        };
    }

    private static Optional<Failure> failure(ResultSet row) throws SQLException {
        String kind = row.getString("failure_kind");
        return kind == null
                ? Optional.empty()
                : Optional.of(new Failure(Failure.Kind.valueOf(kind), StoredText.read(text(row, "failure_message"))));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            throw missing(row, column);
        }
        return text;
    }

    private static QueueException missing(ResultSet row, String column) {
        @Nullable String key;
        try {
            key = row.getString("request_key");
        } catch (SQLException e) {
            key = null;
        }
        return new QueueException("the row of '" + key + "' has no " + column + "; was it changed by hand?", false);
    }
}
