package org.armlib.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Submission;
import org.junit.jupiter.api.Test;

class EntryTreeTest {
    private static final Submission ANY =
            Submission.first(BatchRequest.of("/any").build(), new SplittableRandom(1), Instant.EPOCH);
    private static final Comparator<Entry> ORDER =
            Comparator.<Entry>comparingLong(entry -> entry.rank).thenComparingLong(entry -> entry.number);

    @Test
    void answers_as_a_sorted_set_does_through_random_changes() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            EntryTree tree = new EntryTree(new SplittableRandom(seed));
            SortedSet<Entry> model = new TreeSet<>(ORDER);
            for (int step = 0; step < 2_000; step++) {
                step(random, step, tree, model);
                compare(random, tree, model, "seed " + seed + ", step " + step);
            }
        }
    }

    private static void step(Random random, int step, EntryTree tree, SortedSet<Entry> model) {
        int action = random.nextInt(10);
        if (model.isEmpty() || action < 5) {
            Entry entry = new Entry(ANY);
            entry.rank = random.nextLong(3) - 1;
            entry.number = step;
            entry.due = random.nextInt(100);
            entry.pending = random.nextBoolean();
            tree.add(entry);
            model.add(entry);
        } else if (action < 8) {
            Entry entry = any(random, model);
            tree.remove(entry);
            model.remove(entry);
        } else {
            Entry entry = any(random, model);
            entry.due = random.nextInt(20) == 0 ? Entry.NEVER : random.nextInt(100);
            entry.pending = random.nextBoolean();
            tree.changed(entry);
        }
    }

    private static void compare(Random random, EntryTree tree, SortedSet<Entry> model, String where) {
        List<Entry> pending = model.stream().filter(entry -> entry.pending).toList();
        long now = random.nextInt(100);
        assertThat(tree.first()).as(where).isSameAs(model.isEmpty() ? null : model.first());
        assertThat(tree.count(true)).as(where).isEqualTo(pending.size());
        assertThat(tree.count(false)).as(where).isEqualTo(model.size() - pending.size());
        assertThat(tree.earliestDue())
                .as(where)
                .isEqualTo(model.stream().mapToLong(entry -> entry.due).min().orElse(Entry.NEVER));
        assertThat(tree.firstDue(now))
                .as(where)
                .isSameAs(model.stream()
                        .filter(entry -> entry.due <= now)
                        .findFirst()
                        .orElse(null));
        assertThat(tree.lowestPending())
                .as(where)
                .isSameAs(pending.stream()
                        .min(Comparator.comparingLong(entry -> entry.number))
                        .orElse(null));
        if (!pending.isEmpty()) {
            int index = random.nextInt(pending.size());
            assertThat(tree.pendingBefore(pending.get(index))).as(where).isEqualTo(index);
            List<Entry> page = new ArrayList<>();
            Entry after = pending.get(index);
            tree.collect(true, after.rank, after.number, 3, page);
            assertThat(page)
                    .as(where)
                    .containsExactlyElementsOf(pending.subList(index + 1, Math.min(pending.size(), index + 4)));
        }
    }

    private static Entry any(Random random, SortedSet<Entry> model) {
        return model.stream().skip(random.nextInt(model.size())).findFirst().orElseThrow();
    }
}
