package org.armlib.tck;

import static org.armlib.tck.QueueSamples.POLICY;
import static org.armlib.tck.QueueSamples.VISIBILITY;
import static org.armlib.tck.QueueSamples.WORKER;
import static org.armlib.tck.QueueSamples.keys;
import static org.armlib.tck.QueueSamples.keysOf;
import static org.armlib.tck.QueueSamples.leaseAll;
import static org.armlib.tck.QueueSamples.leaseOne;
import static org.armlib.tck.QueueSamples.listAll;
import static org.armlib.tck.QueueSamples.newRequest;
import static org.armlib.tck.QueueSamples.request;
import static org.armlib.tck.QueueSamples.requests;
import static org.armlib.tck.QueueSamples.submitAndLease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Failure;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueuePosition;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The order of leases (Q04), and what is told of it by lists and positions (Q14). */
public interface QueueOrderContract extends QueueMaker {

    @Test
    default void Q04_requests_of_one_priority_are_leased_in_the_order_of_their_submission()
            throws InterruptedException {
        List<BatchRequest> requests = requests("r", 200);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            requests.forEach(queue::submit);

            assertThat(leaseAll(queue)).isEqualTo(keysOf(requests));
        }
    }

    @Test
    default void Q04_requests_leased_together_come_in_order() throws InterruptedException {
        List<BatchRequest> requests = requests("r", 20);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            requests.forEach(queue::submit);

            List<LeasedRequest> first = queue.lease(WORKER, 12, Duration.ZERO);
            List<LeasedRequest> second = queue.lease(WORKER, 12, Duration.ZERO);

            assertThat(first.stream().map(one -> one.lease().key()).toList())
                    .isEqualTo(keysOf(requests.subList(0, 12)));
            assertThat(second.stream().map(one -> one.lease().key()).toList())
                    .isEqualTo(keysOf(requests.subList(12, 20)));
        }
    }

    @Test
    default void Q04_a_higher_priority_goes_first() throws InterruptedException {
        List<BatchRequest> requests = mixedPriorities(100);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            requests.forEach(queue::submit);

            assertThat(leaseAll(queue)).isEqualTo(keysOf(inOrder(requests)));
        }
    }

    private static List<BatchRequest> mixedPriorities(int count) {
        int[] priorities = {0, 10, -10, 2, 1, 1_000_000, -1};
        return IntStream.range(0, count)
                .mapToObj(i -> newRequest("r-" + i)
                        .priority(priorities[i % priorities.length])
                        .build())
                .toList();
    }

    /** Higher priority first; the sort is stable, so that the order of submission decides among equals. */
    private static List<BatchRequest> inOrder(List<BatchRequest> requests) {
        return requests.stream()
                .sorted(Comparator.comparing(BatchRequest::priority).reversed())
                .toList();
    }

    @Test
    default void Q04_a_request_that_is_not_due_does_not_block_those_behind_it() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            for (BatchRequest request : requests("waits", 60)) {
                queue.fail(submitAndLease(queue, request).lease(), Failure.retryable("later"));
            }
            queue.submit(request("behind"));

            assertThat(leaseOne(queue).request()).isEqualTo(request("behind"));
        }
    }

    @Test
    default void Q04_a_request_that_comes_back_keeps_its_place() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease failed = submitAndLease(queue, request("failed")).lease();
            Lease released = submitAndLease(queue, request("released")).lease();
            queue.submit(request("later"));
            queue.release(released);
            queue.fail(failed, Failure.retryable("once more"));
            fixture.advance(VISIBILITY.multipliedBy(2));

            assertThat(leaseAll(queue))
                    .containsExactly(new RequestKey("failed"), new RequestKey("released"), new RequestKey("later"));
        }
    }

    @Test
    default void Q04_a_resubmitted_request_goes_to_the_end() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Submission first =
                    queue.complete(submitAndLease(queue, request("a")).lease());
            queue.submit(request("b"));
            queue.resubmit(request("a"), first.id());

            assertThat(leaseAll(queue)).containsExactly(new RequestKey("b"), new RequestKey("a"));
        }
    }

    @Test
    default void Q14_the_position_is_the_place_in_the_order_of_leases() throws InterruptedException {
        List<BatchRequest> requests = mixedPriorities(40);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            QueueManager other = fixture.open();
            requests.forEach(queue::submit);
            List<BatchRequest> waiting = new ArrayList<>(inOrder(requests));

            while (!waiting.isEmpty()) {
                for (int i = 0; i < waiting.size(); i++) {
                    assertThat(other.position(waiting.get(i).key())).contains(QueuePosition.exact(i + 1L));
                }
                assertThat(leaseOne(queue).request()).isEqualTo(waiting.remove(0));
                if (waiting.size() > 10) {
                    queue.cancel(waiting.remove(5).key());
                }
            }
        }
    }

    /** A position may be an estimate from QueuePosition.EXACT on, and is then close to one of less than a second ago. */
    @Test
    default void Q14_positions_are_exact_up_to_a_limit_and_within_one_percent_beyond_it() throws InterruptedException {
        int count = 2_000;
        List<BatchRequest> requests = mixedPriorities(count);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submitAll(requests);
            List<BatchRequest> waiting = new ArrayList<>(inOrder(requests));
            assertPositions(queue, waiting);

            for (int i = 0; i < 10; i++) {
                queue.cancel(waiting.remove(count / 3).key());
                assertThat(leaseOne(queue).request()).isEqualTo(waiting.remove(0));
            }
            withdraw(queue, waiting.subList(1_800, 1_950));
            withdraw(queue, waiting.subList(1_200, 1_250));
            assertPositions(queue, waiting);
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat((double) queue.overview().count(Phase.PENDING))
                            .as("Q14: waiting requests")
                            .isCloseTo(waiting.size(), Percentage.withPercentage(1)));
        }
    }

    private static void withdraw(QueueManager queue, List<BatchRequest> some) {
        some.forEach(request -> queue.cancel(request.key()));
        some.clear();
    }

    private static void assertPositions(QueueManager queue, List<BatchRequest> waiting) {
        for (int place : List.of(1, 2, 500, 999, 1_000, 1_001, 1_100, 1_300, 1_720, waiting.size())) {
            RequestKey key = waiting.get(place - 1).key();
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                QueuePosition position = queue.position(key).orElseThrow();
                if (place <= QueuePosition.EXACT) {
                    assertThat(position).as("Q14: position of '%s'", key).isEqualTo(QueuePosition.exact(place));
                } else {
                    assertThat((double) position.value())
                            .as("Q14: position of '%s'", key)
                            .isCloseTo(place, Percentage.withPercentage(position.estimated() ? 1 : 0));
                }
            });
        }
    }

    @Test
    default void Q14_only_a_waiting_request_has_a_position() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            queue.submit(request("b"));

            assertThat(queue.position(lease.key())).isEmpty();
            queue.complete(lease);
            assertThat(queue.position(lease.key())).isEmpty();
            assertThat(queue.position(new RequestKey("b"))).contains(QueuePosition.exact(1));
        }
    }

    @Test
    default void Q14_a_request_that_waits_for_its_next_attempt_has_its_old_position() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            Lease lease = submitAndLease(queue, request("a")).lease();
            queue.submit(request("b"));
            queue.fail(lease, Failure.retryable("later"));

            assertThat(queue.position(new RequestKey("a"))).contains(QueuePosition.exact(1));
            assertThat(queue.position(new RequestKey("b"))).contains(QueuePosition.exact(2));
        }
    }

    @Test
    default void Q14_waiting_requests_are_listed_in_the_order_of_leases() {
        List<BatchRequest> requests = mixedPriorities(50);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            requests.forEach(queue::submit);

            List<Submission> listed = listAll(fixture.open(), Phase.PENDING, 7);

            assertThat(listed.stream().map(Submission::request)).containsExactlyElementsOf(inOrder(requests));
        }
    }

    @Test
    default void Q14_every_phase_is_listed_page_by_page() throws InterruptedException {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            for (BatchRequest request : requests("completed", 23)) {
                queue.complete(submitAndLease(queue, request).lease());
            }
            for (BatchRequest request : requests("failed", 23)) {
                queue.fail(submitAndLease(queue, request).lease(), Failure.permanent("no"));
            }
            for (BatchRequest request : requests("cancelled", 23)) {
                queue.submit(request);
                queue.cancel(request.key());
            }
            for (BatchRequest request : requests("running", 23)) {
                submitAndLease(queue, request);
            }
            requests("pending", 23).forEach(queue::submit);

            assertListed(queue, Phase.COMPLETED, "completed");
            assertListed(queue, Phase.FAILED, "failed");
            assertListed(queue, Phase.CANCELLED, "cancelled");
            assertListed(queue, Phase.IN_PROGRESS, "running");
            assertListed(queue, Phase.PENDING, "pending");
        }
    }

    private static void assertListed(QueueManager queue, Phase phase, String prefix) {
        List<RequestKey> expected = keysOf(requests(prefix, 23));
        for (int limit : new int[] {1, 10, 23, 100}) {
            List<Submission> listed = listAll(queue, phase, limit);
            assertThat(keys(listed)).as("%s by %s", phase, limit).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(listed).allSatisfy(one -> assertThat(one).isEqualTo(found(queue, one)));
        }
    }

    private static Submission found(QueueManager queue, Submission submission) {
        return QueueSamples.found(queue, submission.request());
    }

    @Test
    default void Q14_a_list_of_nothing_is_empty() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();

            for (Phase phase : Phase.values()) {
                assertThat(listAll(queue, phase, 10)).isEmpty();
            }
        }
    }

    @Test
    default void Q14_what_stays_is_listed_once_while_others_come_and_go() {
        List<BatchRequest> staying = requests("stays", 60);
        List<BatchRequest> going = requests("goes", 60);
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            for (int i = 0; i < staying.size(); i++) {
                queue.submit(staying.get(i));
                queue.submit(going.get(i));
            }

            List<RequestKey> listed = new ArrayList<>();
            Optional<String> cursor = Optional.empty();
            int pages = 0;
            do {
                Page<Submission> page = queue.list(Phase.PENDING, cursor, 7);
                listed.addAll(keys(page.items()));
                cursor = page.next();
                page.items().stream()
                        .map(Submission::key)
                        .filter(key -> key.value().startsWith("goes"))
                        .forEach(queue::cancel);
                queue.submit(newRequest("comes-first-" + pages).priority(5).build());
                queue.submit(request("comes-last-" + pages));
                pages++;
                assertThat(pages).as("pages read").isLessThan(200);
            } while (cursor.isPresent());

            assertThat(listed).doesNotHaveDuplicates().containsAll(keysOf(staying));
        }
    }

    @Test
    default void Q14_a_cursor_of_somebody_else_is_refused() {
        try (QueueFixture fixture = newQueue(POLICY)) {
            QueueManager queue = fixture.open();
            queue.submit(request("a"));

            for (Phase phase : Phase.values()) {
                for (String cursor : List.of("", "no cursor!", "'; --", "\ud83d\ude00")) {
                    assertThatThrownBy(() -> queue.list(phase, Optional.of(cursor), 10))
                            .as("cursor '%s' of %s", cursor, phase)
                            .isInstanceOf(InvalidRequestException.class);
                }
            }
        }
    }
}
