package org.armlib.memory.lincheck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** With {@code -Dlincheck.full} many more scenarios are tried, which takes minutes. */
class MemQueueManagerLinearizabilityTest {
    private static final boolean FULL = Boolean.getBoolean("lincheck.full");

    @Test
    void is_linearizable_under_stress() {
        stress(FULL ? 100 : 8, FULL ? 10_000 : 500).check(QueueOperations.class);
    }

    @Test
    void is_linearizable_in_every_interleaving_tried() {
        interleavings(FULL ? 50 : 4, FULL ? 2_000 : 50).check(QueueOperations.class);
    }

    @Test
    void the_check_finds_a_queue_that_looks_before_it_adds() {
        assertThatThrownBy(() -> interleavings(5, 100).check(CheckThenSubmit.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    private static StressOptions stress(int iterations, int invocations) {
        return new StressOptions()
                .iterations(iterations)
                .invocationsPerIteration(invocations)
                .threads(2)
                .actorsPerThread(4)
                .actorsBefore(2)
                .actorsAfter(2);
    }

    // Nothing before: what a submit finds is to be decided in the parallel part.
    private static ModelCheckingOptions interleavings(int iterations, int invocations) {
        return new ModelCheckingOptions()
                .iterations(iterations)
                .invocationsPerIteration(invocations)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .minimizeFailedScenario(false);
    }
}
