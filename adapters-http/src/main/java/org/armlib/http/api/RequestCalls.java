package org.armlib.http.api;

import static org.armlib.http.api.Routes.Outcome.ANSWERED;
import static org.armlib.http.api.Routes.Outcome.PUT_OFF;

import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Failure;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Parameters;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.BatchStatus.Status;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueuePosition;
import org.armlib.ports.RequestManager;
import org.armlib.ports.Submitted;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Submitting requests, and watching them. Thread-safe. */
final class RequestCalls {
    private static final String STICKY = "_sticky";
    private static final String KEY = "_key";
    private static final String FORMAT = "_format";
    /** They are for the addresses of statuses and results; to one that submits they mean nothing. */
    private static final Set<String> CONDITIONS =
            Set.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Range", "Range");

    /** A page of a list ends once its items have so many bytes, whatever the limit. */
    private static final long MAX_PAGE_BYTES = 1024 * 1024;

    /** Requests that are in memory at a time while a page is made, with all their parameters. */
    static final int READ_AT_ONCE = 20;

    static final long FULL_RETRY = 30;
    private static final long DRAINING_RETRY = 10;

    private final RequestManager requests;
    private final QueueManager queue;
    private final Backends backends;
    private final Watcher watcher;
    private final StatusForm form;
    private final ResultCalls results;
    private final Later later;
    private final Tokens tokens;
    private final ApiSettings settings;

    /** How a call that was put off is gone on with. */
    @FunctionalInterface
    interface Later {
        void resume(WaitingCall call, Routes.Handler handler);
    }

    /** Answers a call that has waited, with the status that it waited for, or without one if that did not come. */
    private interface Then {
        Outcome handle(Exchange exchange, Optional<BatchStatus> seen) throws IOException;
    }

    RequestCalls(
            RequestManager requests,
            QueueManager queue,
            Backends backends,
            Watcher watcher,
            StatusForm form,
            ResultCalls results,
            Later later,
            Tokens tokens,
            ApiSettings settings) {
        this.requests = requests;
        this.queue = queue;
        this.backends = backends;
        this.watcher = watcher;
        this.form = form;
        this.results = results;
        this.later = later;
        this.tokens = tokens;
        this.settings = settings;
    }

    Outcome submit(Exchange exchange) throws IOException {
        String type = exchange.contentType();
        if (!type.equals(Exchange.JSON)) {
            throw Problem.UNSUPPORTED_MEDIA_TYPE.because("send the request as " + Exchange.JSON);
        }
        BatchRequest request = SubmissionForm.read(exchange.body(settings.maxBody()));
        return submitted(exchange, submit(exchange, request));
    }

    Outcome batch(Exchange exchange) throws IOException {
        exchange.passOver(CONDITIONS);
        Parameters all = exchange.queryAsSent().and(FormBody.read(exchange, settings.maxBody()));
        Optional<String> sticky = Exchange.single(all, STICKY);
        Optional<String> key = Exchange.single(all, KEY);
        Optional<String> format = Exchange.single(all, FORMAT);
        // Refused before the request is submitted for it.
        format.ifPresent(FormatName::new);
        BatchRequest.Builder request = BatchRequest.of("/" + exchange.partAsSent())
                .parameters(all.without(STICKY).without(KEY).without(FORMAT));
        if (sticky.isPresent() && flag(sticky.get())) {
            request.sticky();
        }
        key.map(RequestKey::new).ifPresent(request::key);
        Preferences preferences = Preferences.of(exchange.headers("Prefer"));
        Submitted submitted = submit(exchange, request.build());
        Optional<Duration> wait = preferences.patience().map(this::bounded);
        if (wait.isEmpty()) {
            if (preferences.respondAsync()) {
                exchange.header("Preference-Applied", "respond-async");
            }
            return submitted(exchange, submitted);
        }
        RequestKey submittedKey = submitted.status().key();
        exchange.header("Preference-Applied", "wait=" + wait.get().toSeconds());
        cacheStatus(exchange, submitted.how());
        if (submitted.how() == Submitted.How.CACHED) {
            return results.deliver(exchange, submittedKey, format);
        }
        Then then = (resumed, seen) -> delivered(resumed, submittedKey, format);
        return await(
                        exchange,
                        submittedKey,
                        wait.get(),
                        status -> status.status().isFinal(),
                        then)
                ? PUT_OFF
                : submitted(exchange, submitted);
    }

    Outcome status(Exchange exchange) throws IOException {
        RequestKey key = exchange.key();
        Optional<Duration> wait =
                exchange.query("wait").map(RequestCalls::seconds).map(this::bounded);
        BatchStatus status = known(key);
        boolean asKnown = matches(exchange, form.tag(status, backends.epoch()));
        boolean conditional = exchange.header("If-None-Match").isPresent();
        if (wait.isPresent() && !status.status().isFinal() && (asKnown || !conditional)) {
            Predicate<BatchStatus> changed =
                    now -> now.status() != status.status() || now.attempts() != status.attempts();
            Then then = (resumed, seen) -> answer(resumed, 200, seen.isPresent() ? seen.get() : known(key));
            if (await(exchange, key, wait.get(), changed, then)) {
                return PUT_OFF;
            }
            if (!wait.get().isZero() && !results.isDraining()) {
                throw tooMany();
            }
        }
        return answer(exchange, 200, status);
    }

    Outcome list(Exchange exchange) throws IOException {
        Phase phase =
                exchange.query("status").map(text -> phase("status", text)).orElse(Phase.PENDING);
        int limit = exchange.limit();
        Optional<String> cursor = exchange.query("cursor");
        DataEpoch epoch = backends.epoch();
        ObjectNode body = Json.object();
        ArrayNode items = body.putArray("items");
        Optional<QueuePosition> first = Optional.empty();
        long bytes = 0;
        do {
            Page<Submission> page = queue.list(phase, cursor, Math.min(limit - items.size(), READ_AT_ONCE));
            if (items.isEmpty() && !page.items().isEmpty() && phase == Phase.PENDING) {
                first = queue.position(page.items().get(0).key());
            }
            for (Submission submission : page.items()) {
                ObjectNode item = form.listed().of(submission, position(phase, first, items.size()), epoch);
                bytes += Json.bytes(item).length;
                items.add(item);
            }
            cursor = page.next();
        } while (cursor.isPresent() && items.size() < limit && bytes < MAX_PAGE_BYTES);
        cursor.ifPresent(next -> body.put("next", next));
        exchange.send(200, body);
        return ANSWERED;
    }

    Outcome cancel(Exchange exchange) throws IOException {
        BatchStatus status = requests.cancel(exchange.key());
        return answer(exchange, 200, knownOrThrow(status));
    }

    Outcome resubmit(Exchange exchange) throws IOException {
        RequestKey key = exchange.key();
        admit(key, EnumSet.of(Status.PENDING));
        Submitted submitted =
                requests.resubmit(key, Traces.of(exchange)).orElseThrow(() -> unknown(BatchStatus.unknown(key)));
        count(submitted.how());
        return submitted(exchange, submitted);
    }

    Outcome events(Exchange exchange) throws IOException {
        RequestKey key = exchange.key();
        BatchStatus status = known(key);
        String seen = exchange.header("Last-Event-ID").orElse("");
        if (status.status().isFinal() && seen.equals(id(status))) {
            // Tells a browser's EventSource, which would come back for ever, that there is no more.
            exchange.response().setStatus(204);
            return ANSWERED;
        }
        exchange.response().setStatus(200);
        exchange.response().setContentType("text/event-stream");
        // Asks proxies, by the header that nginx made common, to pass events on as they come.
        exchange.header("X-Accel-Buffering", "no");
        if (exchange.isHead()) {
            return ANSWERED;
        }
        AsyncContext async = exchange.async();
        String base = exchange.link("");
        EventStream[] stream = new EventStream[1];
        stream[0] = new EventStream(
                async,
                exchange.response().getOutputStream(),
                seen,
                now -> new EventStream.Event(id(now), Json.text(form.of(now, backends.epoch(), base))),
                () -> watcher.forget(key, stream[0]));
        if (!watcher.watch(key, stream[0], caller(exchange), Optional.empty())) {
            throw tooMany();
        }
        exchange.response().getOutputStream().setWriteListener(stream[0]);
        return PUT_OFF;
    }

    private Submitted submit(Exchange exchange, BatchRequest request) {
        int length = request.parameters().toQuery().length();
        if (length > settings.maxParameters()) {
            throw Problem.TOO_LARGE.because("the parameters take " + length + " bytes as a query; at most "
                    + settings.maxParameters() + " are allowed here");
        }
        admit(request.key(), EnumSet.of(Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED));
        Submitted submitted =
                requests.submit(Traces.of(exchange).map(request::withTrace).orElse(request));
        count(submitted.how());
        return submitted;
    }

    private void count(Submitted.How how) {
        if (how == Submitted.How.QUEUED) {
            backends.added();
        }
    }

    /** Refuses what would add to a queue that is full, as a request does unless its status is one of {@code there}. */
    private void admit(RequestKey key, Set<Status> there) {
        if (results.isDraining()) {
            throw Problem.DRAINING
                    .because("the server takes no further requests; try another, or this one a little later")
                    .retryAfter(DRAINING_RETRY);
        }
        if (backends.isFull(settings.maxQueue())
                && !there.contains(requests.status(key).status())) {
            throw Problem.QUEUE_FULL
                    .because("more than " + settings.maxQueue() + " requests wait already; try again later")
                    .retryAfter(FULL_RETRY);
        }
    }

    private Outcome submitted(Exchange exchange, Submitted submitted) throws IOException {
        BatchStatus status = submitted.status();
        cacheStatus(exchange, submitted.how());
        if (status.status() == Status.COMPLETED) {
            return answer(exchange, 200, status);
        }
        exchange.header("Location", exchange.link("/requests/" + status.key()));
        exchange.header("Retry-After", Long.toString(form.retryAfter(status)));
        return answer(exchange, 202, status);
    }

    private static void cacheStatus(Exchange exchange, Submitted.How how) {
        exchange.header(
                "Cache-Status",
                switch (how) {
                    case CACHED -> "armlib; hit";
                    case JOINED -> "armlib; fwd=miss; collapsed";
                    case QUEUED -> "armlib; fwd=miss";
                });
    }

    /** What became of a request while its caller waited: the result, why there is none, or that it goes on. */
    private Outcome delivered(Exchange exchange, RequestKey key, Optional<String> format) throws IOException {
        BatchStatus status = requests.status(key);
        return switch (status.status()) {
            case COMPLETED -> results.deliver(exchange, key, format);
            case PENDING, IN_PROGRESS -> {
                exchange.header("Location", exchange.link("/requests/" + key));
                exchange.header("Retry-After", Long.toString(form.retryAfter(status)));
                yield answer(exchange, 202, status);
            }
            case FAILED ->
                throw Problem.REQUEST_FAILED
                        .because(status.failure().map(Failure::message).orElse("no reason is known"))
                        .with("key", key.value());
            case CANCELLED ->
                throw Problem.REQUEST_CANCELLED
                        .because("it was cancelled while it was waited for")
                        .with("key", key.value());
            case UNKNOWN -> throw unknown(status);
        };
    }

    private Outcome answer(Exchange exchange, int code, BatchStatus status) throws IOException {
        DataEpoch epoch = backends.epoch();
        String tag = form.tag(status, epoch);
        exchange.header("ETag", tag);
        exchange.header("Cache-Control", "no-cache");
        exchange.header("Vary", "Accept-Encoding");
        if (code == 200 && exchange.method().equals("GET") && matches(exchange, tag)) {
            exchange.notModified();
            return ANSWERED;
        }
        if (!status.status().isFinal()) {
            exchange.header("Retry-After", Long.toString(form.retryAfter(status)));
        }
        exchange.send(code, form.of(status, epoch, exchange.link("")));
        return ANSWERED;
    }

    /** Puts the call off until {@code enough} holds or the time is up; false if it cannot be put off. */
    private boolean await(Exchange exchange, RequestKey key, Duration limit, Predicate<BatchStatus> enough, Then then) {
        if (limit.isZero()) {
            return false;
        }
        WaitingCall call = new WaitingCall(exchange);
        Watcher.Waiter waiter = new Watcher.Waiter() {
            @Override
            public boolean sees(BatchStatus status) {
                boolean seen = enough.test(status);
                if (seen) {
                    goOn(Optional.of(status));
                }
                return seen;
            }

            @Override
            public void gaveUp() {
                goOn(Optional.empty());
            }

            private void goOn(Optional<BatchStatus> seen) {
                later.resume(call, resumed -> then.handle(resumed, seen));
            }
        };
        return watcher.watch(key, waiter, caller(exchange), Optional.of(limit));
    }

    private Watcher.Caller caller(Exchange exchange) {
        return new Watcher.Caller(exchange.request().getRemoteAddr(), tokens.isKnown(exchange));
    }

    private BatchStatus known(RequestKey key) {
        return knownOrThrow(requests.status(key));
    }

    private static BatchStatus knownOrThrow(BatchStatus status) {
        if (status.status() == Status.UNKNOWN) {
            throw unknown(status);
        }
        return status;
    }

    private static ProblemException unknown(BatchStatus status) {
        return Problem.UNKNOWN_REQUEST
                .because(status.failure()
                        .map(Failure::message)
                        .orElse("no request has this key, or it was forgotten since; submit it to have it run"))
                .with("key", status.key().value())
                .with("canResubmit", status.request().isPresent());
    }

    private static ProblemException tooMany() {
        return Problem.TOO_MANY_WAITERS
                .because("ask for the status without waiting")
                .retryAfter(DRAINING_RETRY);
    }

    private Duration bounded(Duration wait) {
        return wait.compareTo(settings.maxWait()) < 0 ? wait : settings.maxWait();
    }

    private String id(BatchStatus status) {
        return form.tag(status, backends.epoch()).replaceAll("[^0-9a-f]", "");
    }

    /** Weak comparison, RFC 9110 section 13.1.2. */
    private static boolean matches(Exchange exchange, String tag) {
        return EntityTags.listsWeakly(exchange.headers("If-None-Match"), tag);
    }

    private static boolean flag(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "", "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new InvalidRequestException(STICKY, "is neither true nor false");
        };
    }

    private static Optional<QueuePosition> position(Phase phase, Optional<QueuePosition> first, int index) {
        return phase == Phase.IN_PROGRESS
                ? Optional.of(QueuePosition.RUNNING)
                : first.map(place -> new QueuePosition(place.value() + index, place.estimated()));
    }

    private static Duration seconds(String text) {
        return Preferences.seconds(text)
                .orElseThrow(() -> new InvalidRequestException("wait", "is no number of seconds"));
    }

    /** The phase that the value of a parameter names. */
    static Phase phase(String parameter, String text) {
        return Arrays.stream(Phase.values())
                .filter(phase -> phase.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(
                        parameter,
                        "is none of "
                                + Arrays.stream(Phase.values())
                                        .map(Phase::label)
                                        .collect(Collectors.joining(", "))));
    }
}
