package org.armlib.domain;

import static org.armlib.domain.CachePolicy.STICKY;
import static org.armlib.domain.CachePolicy.TEMPORARY;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CachePolicyTest {

    @Test
    void C05_a_routine_purge_clears_temporary_results_alone_and_a_rebuild_clears_both() {
        assertThat(STICKY.survives(Purge.ROUTINE)).isTrue();
        assertThat(TEMPORARY.survives(Purge.ROUTINE)).isFalse();
        assertThat(STICKY.survives(Purge.REBUILD)).isFalse();
        assertThat(TEMPORARY.survives(Purge.REBUILD)).isFalse();
    }

    @Test
    void Q02_sticky_wins() {
        assertThat(STICKY.or(STICKY)).isEqualTo(STICKY);
        assertThat(STICKY.or(TEMPORARY)).isEqualTo(STICKY);
        assertThat(TEMPORARY.or(STICKY)).isEqualTo(STICKY);
        assertThat(TEMPORARY.or(TEMPORARY)).isEqualTo(TEMPORARY);
    }
}
