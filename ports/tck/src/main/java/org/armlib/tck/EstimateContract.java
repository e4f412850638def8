package org.armlib.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Eta;
import org.armlib.domain.Hold;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;

/** The rules for the expected time of completion: it is told from what is known, or not at all. */
public interface EstimateContract extends ApplicationPair {

    @Test
    default void R05_where_no_duration_is_known_there_is_no_eta() {
        try (var house = new ApplicationHouse(this)) {
            house.showWorker();
            List<BatchRequest> requests = submit(house, 3);

            awaitWorkers(house);
            for (BatchRequest request : requests) {
                assertThat(house.manager.status(request.key()).eta()).isEmpty();
            }
        }
    }

    @Test
    default void R05_a_given_estimate_is_not_divided_by_the_requests_without_one() {
        try (var house = new ApplicationHouse(this)) {
            house.showWorker();
            house.manager.submit(BatchRequest.of("/estimated")
                    .estimatedTime(Duration.ofSeconds(10))
                    .build());
            List<BatchRequest> others = submit(house, 9);
            Instant before = ApplicationHouse.now();

            Eta eta = awaitEta(house, others.get(8).key());
            assertThat(eta.p50()).isAfter(before.plusSeconds(90));
            assertThat(eta.p90()).isAfter(eta.p50());
        }
    }

    @Test
    default void R05_a_suspended_queue_tells_no_eta_and_one_without_workers_neither() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.of("/estimated")
                    .estimatedTime(Duration.ofSeconds(10))
                    .build();
            house.manager.submit(request);
            assertThat(house.manager.status(request.key()).eta()).isEmpty();

            house.queue.suspend();
            house.showWorker();
            awaitWorkers(house);
            assertThat(house.manager.status(request.key()).eta()).isEmpty();

            house.queue.resume();
            assertThat(awaitEta(house, request.key()).p50()).isAfter(ApplicationHouse.now());
        }
    }

    @Test
    default void R05_a_hold_delays_the_eta() {
        try (var house = new ApplicationHouse(this)) {
            BatchRequest request = BatchRequest.of("/estimated")
                    .estimatedTime(Duration.ofSeconds(10))
                    .build();
            house.manager.submit(request);
            Hold hold = new Hold(
                    Hold.Cause.UPSTREAM,
                    ApplicationHouse.now(),
                    ApplicationHouse.now().plus(Duration.ofHours(1)),
                    "down",
                    1);
            var manager = house.manager(() -> Optional.of(hold));
            house.showHeldWorker();

            await().until(() -> manager.status(request.key()).eta().isPresent());
            assertThat(manager.status(request.key()).eta().orElseThrow().p50())
                    .isAfterOrEqualTo(hold.until().plusSeconds(9));
        }
    }

    private static List<BatchRequest> submit(ApplicationHouse house, int count) {
        List<BatchRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BatchRequest request = BatchRequest.of("/unknown" + i).build();
            house.manager.submit(request);
            requests.add(request);
        }
        return requests;
    }

    private static void awaitWorkers(ApplicationHouse house) {
        await("a worker").until(() -> house.queue.overview().workers() > 0);
    }

    private static Eta awaitEta(ApplicationHouse house, RequestKey key) {
        await("an ETA of " + key).until(() -> house.manager.status(key).eta().isPresent());
        return house.manager.status(key).eta().orElseThrow();
    }
}
