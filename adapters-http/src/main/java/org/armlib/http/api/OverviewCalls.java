package org.armlib.http.api;

import static org.armlib.http.api.Routes.Outcome.ANSWERED;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.BatchStatus.Status;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The queue in numbers together with the parts of its lists that somebody looks at, in one answer: what a page that keeps
 * itself up to date asks for again and again. Only requests in those parts are read. Thread-safe.
 */
final class OverviewCalls {
    private static final int MAX_RESULTS = 5_000;

    /** How old may be what is known of the result of a completed request. */
    private static final Duration RESULTS_FRESH = Duration.ofSeconds(5);

    private final RequestManager requests;
    private final QueueManager queue;
    private final Backends backends;
    private final StatusForm form;
    private final ServerForm server;
    private final Cache<Name, Optional<Manifest>> results = CacheBuilder.newBuilder()
            .maximumSize(MAX_RESULTS)
            .expireAfterWrite(RESULTS_FRESH)
            .build();

    /** One completed submission in one build of the data. */
    private record Name(RequestKey key, SubmissionId submission, DataEpoch epoch) {}

    OverviewCalls(RequestManager requests, QueueManager queue, Backends backends, StatusForm form, ServerForm server) {
        this.requests = requests;
        this.queue = queue;
        this.backends = backends;
        this.form = form.listed();
        this.server = server;
    }

    /** Part of a list: at most {@code limit} requests in a phase, those after {@code cursor}. */
    private record Window(Phase phase, int limit, Optional<String> cursor) {
        private static final int MAX_LIMIT = 100;

        static Window parse(String text) {
            String[] parts = text.split(",", 3);
            Phase phase = RequestCalls.phase("window", parts[0]);
            int limit = parts.length > 1 && parts[1].matches("[0-9]{1,9}") ? Integer.parseInt(parts[1]) : 0;
            if (limit < 1 || limit > MAX_LIMIT) {
                throw new InvalidRequestException(
                        "window",
                        "must be a state, a number from 1 to " + MAX_LIMIT
                                + " and perhaps a cursor, with commas between them, such as Pending,50");
            }
            return new Window(phase, limit, parts.length > 2 ? Optional.of(parts[2]) : Optional.empty());
        }
    }

    Outcome overview(Exchange exchange) throws IOException {
        List<Window> windows =
                exchange.query().get("window").stream().map(Window::parse).toList();
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        if (!windows.stream().allMatch(window -> phases.add(window.phase()))) {
            throw new InvalidRequestException("window", "is given twice for one state; once is allowed");
        }
        DataEpoch epoch = backends.epoch();
        ObjectNode body = server.of(backends.overview(), epoch, requests.hold());
        ArrayNode lists = body.putArray("windows");
        windows.forEach(window -> lists.add(list(window, epoch, exchange.link(""))));
        byte[] bytes = Json.bytes(body);
        String tag = "W/\"" + HexFormat.of().formatHex(StatusForm.sha256(bytes), 0, 12) + '"';
        exchange.header("ETag", tag);
        exchange.header("Cache-Control", "no-cache");
        exchange.header("Vary", "Accept-Encoding");
        if (EntityTags.listsWeakly(exchange.headers("If-None-Match"), tag)) {
            exchange.notModified();
        } else {
            exchange.send(200, Exchange.JSON, bytes);
        }
        return ANSWERED;
    }

    /** Results were cleared: what was known of them is asked again. */
    void cleared() {
        results.invalidateAll();
    }

    private ObjectNode list(Window window, DataEpoch epoch, String base) {
        ObjectNode node = Json.object().put("status", window.phase().label());
        ArrayNode items = node.putArray("items");
        Optional<String> cursor = window.cursor();
        do {
            int count = Math.min(window.limit() - items.size(), RequestCalls.READ_AT_ONCE);
            Page<Submission> page = queue.list(window.phase(), cursor, count);
            page.items().forEach(submission -> items.add(item(submission, epoch, base)));
            cursor = page.next();
        } while (cursor.isPresent() && items.size() < window.limit());
        cursor.ifPresent(next -> node.put("next", next));
        return node;
    }

    /** A request with all that a row shows: of a live one when it is expected to be done, of a completed one its results. */
    private ObjectNode item(Submission submission, DataEpoch epoch, String base) {
        ObjectNode listed = form.of(submission, Optional.empty(), epoch);
        return switch (submission.phase()) {
            case PENDING, IN_PROGRESS -> {
                BatchStatus now = requests.status(submission.key());
                // It may have ended since it was listed, and its result may be cleared again.
                yield now.status() == Status.UNKNOWN ? listed : form.of(now, epoch, base);
            }
            case COMPLETED -> StatusForm.withResults(listed, result(submission, epoch), base);
            case FAILED, CANCELLED -> listed;
        };
    }

    private Optional<Manifest> result(Submission submission, DataEpoch epoch) {
        Name name = new Name(submission.key(), submission.id(), epoch);
        Optional<Manifest> known = results.getIfPresent(name);
        if (known != null) {
            return known;
        }
        Optional<Manifest> found = requests.result(submission.key()).map(CachedResult::manifest);
        results.put(name, found);
        return found;
    }
}
