package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearMissTest {
    @Test
    void counts_insertions_deletions_replacements_and_swaps() {
        assertThat(NearMiss.distance("", "abc")).isEqualTo(3);
        assertThat(NearMiss.distance("visibilty", "visibility")).isEqualTo(1);
        assertThat(NearMiss.distance("treads", "threads")).isEqualTo(1);
        assertThat(NearMiss.distance("thraeds", "threads")).isEqualTo(1);
        assertThat(NearMiss.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void takes_the_nearest_and_nothing_that_is_far() {
        List<String> words = List.of("memory", "jdbc", "dynamodb");
        assertThat(NearMiss.of("memry", words)).contains("memory");
        assertThat(NearMiss.of("dynamo", words)).contains("dynamodb");
        assertThat(NearMiss.of("redis", words)).isEmpty();
    }
}
