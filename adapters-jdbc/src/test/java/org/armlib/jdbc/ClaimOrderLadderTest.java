package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.armlib.jdbc.ClaimOrderLadder.Chunk;
import org.armlib.jdbc.ClaimOrderLadder.Rung;
import org.armlib.jdbc.Tables.Place;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** A ladder beside the rows that it is about. */
class ClaimOrderLadderTest {
    private static final int CHUNK = 1_000;
    private static final int STEP = 8;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final TreeSet<Place> rows = new TreeSet<>(ClaimOrderLadder::compare);
    private long sequence;

    private void add(int count, int lanes) {
        for (int i = 0; i < count; i++) {
            rows.add(new Place(random.nextInt(lanes), ++sequence));
        }
    }

    private void lease(int count) {
        for (int i = 0; i < count; i++) {
            rows.pollFirst();
        }
    }

    /** Counts rows as the database does. */
    private Chunk read(Place after, long toLane, int limit) {
        List<Place> found = rows.tailSet(after, false).stream()
                .filter(place -> place.lane() < toLane)
                .limit(limit)
                .toList();
        List<Rung> rungs = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            boolean first = i > 0 && found.get(i - 1).lane() != found.get(i).lane();
            boolean last = i == found.size() - 1
                    || found.get(i + 1).lane() != found.get(i).lane();
            if ((i + 1) % STEP == 0 || first || last) {
                rungs.add(new Rung(found.get(i), i + 1L));
            }
        }
        return new Chunk(rungs, found.size(), found.size() == limit);
    }

    private ClaimOrderLadder walk(ClaimOrderLadder from) {
        ClaimOrderLadder ladder = from;
        Place cursor = Place.START;
        Chunk chunk;
        do {
            chunk = read(cursor, Long.MAX_VALUE, CHUNK);
            ladder = ladder.with(cursor, chunk, Long.MAX_VALUE);
            cursor = chunk.rungs().isEmpty() ? cursor : chunk.end();
        } while (chunk.full());
        return ladder;
    }

    private void assertClose(ClaimOrderLadder ladder, double percent) {
        long rank = 0;
        for (Place place : rows) {
            rank++;
            if (rank > 1_000) {
                assertThat((double) ladder.rank(place))
                        .as("rank of %s, seed %s", place, seed)
                        .isCloseTo((double) rank, Percentage.withPercentage(percent));
            }
        }
    }

    @Test
    void an_empty_queue_has_an_empty_ladder() {
        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);

        assertThat(ladder.size()).isZero();
        assertThat(ladder.rank(new Place(0, 7))).isEqualTo(1);
    }

    @Test
    void every_row_that_was_counted_has_about_its_rank() {
        add(20_000, 5);

        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);

        assertThat(ladder.size()).isEqualTo(20_000);
        assertClose(ladder, 1);
    }

    @Test
    void leases_move_all_ranks_once_the_front_was_counted_again() {
        add(20_000, 3);
        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);
        lease(3_777);

        ladder = ladder.with(Place.START, read(Place.START, Long.MAX_VALUE, CHUNK), Long.MAX_VALUE);

        assertThat((double) ladder.size()).isCloseTo((double) rows.size(), Percentage.withPercentage(1));
        assertClose(ladder, 1);
    }

    @Test
    void a_queue_that_became_shorter_than_a_chunk_is_known_exactly() {
        add(5_000, 3);
        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);
        lease(4_500);

        ladder = ladder.with(Place.START, read(Place.START, Long.MAX_VALUE, CHUNK), Long.MAX_VALUE);

        assertThat(ladder.size()).isEqualTo(500);
    }

    @Test
    void rows_behind_the_last_rung_are_counted_by_their_numbers_until_they_are_read() {
        add(10_000, 1);
        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);
        add(5_000, 1);

        assertClose(ladder, 1);
    }

    @Test
    void rows_that_were_added_to_an_earlier_lane_move_those_of_later_ones() {
        add(10_000, 3);
        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);
        for (int i = 0; i < 900; i++) {
            rows.add(new Place(0, ++sequence));
        }

        Rung end = ladder.laneEnds(1).get(0);
        long next = ladder.laneAfter(end.place());
        ladder = ladder.with(end.place(), read(end.place(), next, CHUNK), next);

        assertThat(ladder.size()).isEqualTo(rows.size());
        assertClose(ladder, 1);
    }

    @Test
    void a_new_walk_finds_what_was_cancelled_in_the_middle() {
        add(20_000, 2);
        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);
        rows.removeIf(place -> random.nextInt(3) == 0);

        ladder = walk(ladder);

        assertThat(ladder.size()).isEqualTo(rows.size());
        assertClose(ladder, 1);
    }

    @Test
    void however_many_priorities_there_are_the_ladder_stays_small() {
        add(60_000, 1_000_000);

        ClaimOrderLadder ladder = walk(ClaimOrderLadder.EMPTY);

        assertThat(ladder.rungs()).isLessThan(20_000);
        assertThat(ladder.size()).isEqualTo(rows.size());
        assertClose(ladder, 1);
    }
}
