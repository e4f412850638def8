package org.armlib.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Submission;
import org.armlib.ports.DurationSample;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RanksTest {
    private static final Instant BEGAN = Instant.parse("2026-03-01T12:00:00Z");
    private static final int SHARDS = 3;

    private final Random random = new Random(1);
    private final Counts counts = new Counts();

    private Submission submission(int number, int priority, Instant submitted) {
        BatchRequest request =
                BatchRequest.of("/report/" + number).priority(priority).build();
        return Submission.first(request, random, submitted);
    }

    private List<Submission> waiting(int count, int priority) {
        List<Submission> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Submission submission = submission(i, priority, BEGAN.minusSeconds(count - i));
            waiting.add(submission);
            counts.moved(null, submission);
        }
        return waiting;
    }

    private Ranks read(List<Submission> waiting) {
        List<Ranks.ShardBuilder> shards = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new Ranks.ShardBuilder());
        }
        waiting.stream()
                .map(Place::of)
                .sorted()
                .forEach(place -> shards.get(Math.floorMod(place.text().hashCode(), SHARDS))
                        .add(place));
        Counts then = new Counts();
        then.add(counts);
        return new Ranks(
                shards.stream().map(Ranks.ShardBuilder::build).toList(),
                waiting.size(),
                Optional.empty(),
                DurationSample.EMPTY,
                then,
                BEGAN,
                waiting.size());
    }

    private static Submission running(Submission pending) {
        return pending.claim(Samples.WORKER, UUID.randomUUID(), Samples.POLICY, BEGAN)
                .orElseThrow();
    }

    @Test
    void a_rank_is_within_one_percent() {
        List<Submission> waiting = waiting(20_000, 0);
        Ranks ranks = read(waiting);

        for (int ahead : List.of(0, 10, 1_000, 5_000, 19_999)) {
            assertThat((double) ranks.ahead(Place.of(waiting.get(ahead)), ahead + 1L, counts))
                    .isCloseTo(ahead, Percentage.withPercentage(1));
        }
    }

    @Test
    void requests_that_are_leased_come_off_every_rank() {
        List<Submission> waiting = waiting(5_000, 0);
        Ranks ranks = read(waiting);

        waiting.subList(0, 1_000).forEach(one -> counts.moved(one, running(one)));

        assertThat((double) ranks.ahead(Place.of(waiting.get(4_000)), 4_001, counts))
                .isCloseTo(3_000, Percentage.withPercentage(1));
        assertThat(ranks.pending(counts)).isEqualTo(4_000);
        assertThat(ranks.withdrawn(counts)).isZero();
    }

    @Test
    void requests_that_are_cancelled_come_off_by_the_share_that_is_ahead() {
        List<Submission> waiting = waiting(4_000, 0);
        Ranks ranks = read(waiting);

        for (int i = 0; i < 4_000; i += 4) {
            counts.moved(waiting.get(i), waiting.get(i).cancel(BEGAN));
        }

        assertThat((double) ranks.ahead(Place.of(waiting.get(2_001)), 2_002, counts))
                .isCloseTo(1_500, Percentage.withPercentage(1));
        assertThat(ranks.withdrawn(counts)).isEqualTo(0.25);
    }

    @Test
    void a_request_that_came_later_stands_behind_those_that_came_between() {
        Ranks ranks = read(waiting(3_000, 0));
        for (int i = 0; i < 500; i++) {
            counts.moved(null, submission(3_000 + i, 0, BEGAN.plusSeconds(i + 1)));
        }
        Submission last = submission(3_500, 0, BEGAN.plusSeconds(600));
        counts.moved(null, last);

        assertThat(ranks.ahead(Place.of(last), 3_501, counts)).isEqualTo(3_500);
    }

    @Test
    void requests_of_a_higher_priority_that_came_later_stand_ahead() {
        List<Submission> waiting = waiting(3_000, 0);
        Ranks ranks = read(waiting);
        for (int i = 0; i < 700; i++) {
            counts.moved(null, submission(3_000 + i, 5, BEGAN.plusSeconds(i + 1)));
        }

        assertThat((double) ranks.ahead(Place.of(waiting.get(1_500)), 1_501, counts))
                .isCloseTo(2_200, Percentage.withPercentage(1));
    }

    @Test
    void a_ladder_has_few_rungs() {
        Ranks.ShardBuilder builder = new Ranks.ShardBuilder();
        for (int i = 0; i < 200_000; i++) {
            builder.add(new Place("7fffffff-%012d".formatted(i)));
        }

        Ranks.Shard shard = builder.build();

        assertThat(shard.places()).hasSizeLessThan(4_500);
        assertThat(shard.upTo("7fffffff-%012d".formatted(199_999))).isEqualTo(200_000);
    }
}
