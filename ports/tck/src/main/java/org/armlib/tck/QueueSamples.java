package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.armlib.domain.Backoff;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Parameters;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.StaleLeaseException;
import org.armlib.domain.Submission;
import org.armlib.domain.TraceContext;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;

/** Sample requests, and the few things the tests of the queue do again and again. */
final class QueueSamples {
    /** How long a lease lasts, and how long a failed request waits: long for a test, so that only advance() ends it. */
    static final Duration VISIBILITY = Duration.ofMinutes(10);

    static final RetryPolicy POLICY = new RetryPolicy(3, Backoff.fixed(VISIBILITY), VISIBILITY);
    static final WorkerId WORKER = new WorkerId("worker-1");
    static final WorkerId OTHER_WORKER = new WorkerId("worker-2");

    /** With as long a state as is carried, of characters that a careless encoding breaks. */
    static final TraceContext TRACE =
            trace("0af7651916cd43dd8448eb211c80319c", "vendor@system=\\ \"'x' {}, other=:; ,z=" + "v".repeat(470));

    static final TraceContext OTHER_TRACE = trace("f".repeat(32), "");

    private QueueSamples() {}

    private static TraceContext trace(String id, String state) {
        return new TraceContext("00-" + id + "-b7ad6b7169203331-01", state);
    }

    static BatchRequest traced(String key, TraceContext trace) {
        return newRequest(key).trace(trace).build();
    }

    /** A temporary request of that key. */
    static BatchRequest request(String key) {
        return newRequest(key).build();
    }

    static BatchRequest sticky(String key) {
        return newRequest(key).sticky().build();
    }

    static BatchRequest.Builder newRequest(String key) {
        return BatchRequest.of("/report").key(new RequestKey(key));
    }

    /** A request with that key that asks for something else than the other samples. */
    static BatchRequest different(String key) {
        return BatchRequest.of("/something-else").key(new RequestKey(key)).build();
    }

    static List<BatchRequest> requests(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> request(prefix + "-" + i))
                .toList();
    }

    /** Parameters that a careless encoding breaks (I05). */
    static Parameters awkwardParameters() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put("z-first", List.of("b", "a", "b"));
        values.put("empty", List.of("", ""));
        values.put("null", List.of("null", "undefined", "NaN"));
        values.put("a&b=c+d%20e", List.of("&", "=", "+", "%", "%41", "a=b&c=d", ";", ",", "?#/"));
        values.put("white", List.of(" leading", "trailing ", "line\nbreak", "\r\n", "\ttab"));
        values.put("quotes", List.of("\"", "'", "\\", "\\n", "`", "{\"a\":[1]}", "'; --", "<b>&amp;</b>"));
        values.put("unicode \u00e9", List.of("\ud83d\ude00", "e\u0301", "\u00e9", "\u4e2d\u6587", "\ufeff", "\uffff"));
        values.put("long", List.of("x".repeat(64 * 1024)));
        values.put("many", IntStream.range(0, 500).mapToObj(Integer::toString).toList());
        values.put("a-last", List.of("1"));
        return Parameters.of(values);
    }

    /** Queries whose writing is more than names and values (I02, I05). */
    static List<String> awkwardQueries() {
        return List.of(
                "wsdl",
                "wsdl=",
                "wsdl&wsdl=&wsdl=1",
                "a=1&b=2&a=3",
                "q=a+b%20c",
                "q=%e9%E9&%FF",
                "q=1,2;3:4/5?6@7",
                "%7Euser=%2f%2F&&x");
    }

    /** Every field of a request, and the order among the names of its parameters, which equality does not see. */
    static void assertSame(BatchRequest actual, BatchRequest expected) {
        assertThat(actual).isEqualTo(expected);
        assertThat(actual.parameters().toQuery())
                .isEqualTo(expected.parameters().toQuery());
        assertThat(actual.parameters().occurrences())
                .isEqualTo(expected.parameters().occurrences());
    }

    static Submission submit(QueueManager queue, BatchRequest request) {
        return queue.submit(request).submission();
    }

    /** Leases the one request that there is to lease first. */
    static LeasedRequest leaseOne(QueueManager queue) throws InterruptedException {
        return leaseOne(queue, WORKER);
    }

    static LeasedRequest leaseOne(QueueManager queue, WorkerId worker) throws InterruptedException {
        List<LeasedRequest> leased = queue.lease(worker, 1, Duration.ZERO);
        assertThat(leased).as("what lease() gives of a queue with work").hasSize(1);
        return leased.get(0);
    }

    static LeasedRequest submitAndLease(QueueManager queue, BatchRequest request) throws InterruptedException {
        queue.submit(request);
        LeasedRequest leased = leaseOne(queue);
        assertThat(leased.request().key()).isEqualTo(request.key());
        return leased;
    }

    /** Leases all there is, one by one, and says in which order it came. */
    static List<RequestKey> leaseAll(QueueManager queue) throws InterruptedException {
        List<RequestKey> keys = new ArrayList<>();
        for (List<LeasedRequest> leased = queue.lease(WORKER, 1, Duration.ZERO);
                !leased.isEmpty();
                leased = queue.lease(WORKER, 1, Duration.ZERO)) {
            leased.forEach(one -> keys.add(one.request().key()));
        }
        return keys;
    }

    static void assertNothingToLease(QueueManager queue) throws InterruptedException {
        assertThat(queue.lease(OTHER_WORKER, 10, Duration.ZERO)).isEmpty();
    }

    static Submission found(QueueManager queue, BatchRequest request) {
        Optional<Submission> found = queue.find(request.key());
        assertThat(found).as("what the queue knows of " + request.key()).isPresent();
        return found.orElseThrow();
    }

    static Phase phase(QueueManager queue, BatchRequest request) {
        return found(queue, request).phase();
    }

    /** Reads a phase to its end, page by page. */
    static List<Submission> listAll(QueueManager queue, Phase phase, int limit) {
        List<Submission> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<Submission> page = queue.list(phase, cursor, limit);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }

    static List<RequestKey> keys(List<Submission> submissions) {
        return submissions.stream().map(Submission::key).toList();
    }

    static List<RequestKey> keysOf(List<BatchRequest> requests) {
        return requests.stream().map(BatchRequest::key).toList();
    }

    /** Why a call under a lease was refused, or empty if it was not. */
    static Optional<StaleLeaseException.Reason> refusal(Runnable call) {
        try {
            call.run();
            return Optional.empty();
        } catch (StaleLeaseException e) {
            return Optional.of(e.reason());
        }
    }
}
