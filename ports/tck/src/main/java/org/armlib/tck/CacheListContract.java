package org.armlib.tck;

import static org.armlib.tck.CacheSamples.begin;
import static org.armlib.tck.CacheSamples.found;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.listAll;
import static org.armlib.tck.CacheSamples.listed;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Page;
import org.junit.jupiter.api.Test;

/** Rules C01, C05, C09 where there are many results: lists and their pages, and what goes through everything. */
public interface CacheListContract {
    /** More than a page of the stores and libraries that adapters are built on, where it is small. */
    int MANY = 120;

    /** A new result store, empty. */
    CacheFixture newCache();

    @Test
    default void C01_the_areas_are_listed_page_by_page() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            List<RequestKey> temporary = new ArrayList<>();
            List<RequestKey> sticky = new ArrayList<>();
            for (int i = 0; i < 23; i++) {
                temporary.add(
                        publish(cache, leased(temporary("t-" + i)), text("t")).key());
                sticky.add(publish(cache, leased(CacheSamples.sticky("s-" + i)), text("s"))
                        .key());
            }

            for (int limit : new int[] {1, 10, 23, 100}) {
                assertThat(listAll(fixture.open(), CachePolicy.TEMPORARY, limit).stream()
                                .map(Manifest::key))
                        .containsExactlyInAnyOrderElementsOf(temporary);
                assertThat(listAll(fixture.open(), CachePolicy.STICKY, limit).stream()
                                .map(Manifest::key))
                        .containsExactlyInAnyOrderElementsOf(sticky);
            }
            for (Manifest listed : listAll(cache, CachePolicy.STICKY, 10)) {
                assertThat(listed).isEqualTo(found(cache, listed.key()).manifest());
            }
        }
    }

    @Test
    default void C01_a_result_that_stays_is_listed_once_while_others_come_and_go() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (CachePolicy area : CachePolicy.values()) {
                List<RequestKey> staying = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    staying.add(publish(cache, leased(request("stays-" + i, area)), text("s"))
                            .key());
                    publish(cache, leased(request("goes-" + i, area)), text("g"));
                }

                List<RequestKey> listed = listWhileOthersComeAndGo(cache, area);

                List<RequestKey> missing = new ArrayList<>(staying);
                missing.removeAll(listed);
                assertThat(missing)
                        .as("C01: results that stayed in the %s area and were not listed", area)
                        .isEmpty();
                assertThat(listed)
                        .as("C01: results listed in the %s area", area)
                        .doesNotHaveDuplicates();
            }
        }
    }

    private static BatchRequest request(String key, CachePolicy area) {
        return temporary(key + "-" + area).withCachePolicy(area);
    }

    private static List<RequestKey> listWhileOthersComeAndGo(CacheManager cache, CachePolicy area) throws IOException {
        List<RequestKey> listed = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        int pages = 0;
        do {
            Page<Manifest> page = cache.list(area, cursor, 7);
            cursor = page.next();
            for (Manifest manifest : page.items()) {
                listed.add(manifest.key());
                if (manifest.key().value().startsWith("goes")) {
                    cache.retract(manifest.key(), manifest.submission());
                }
            }
            publish(cache, leased(request("comes-" + pages, area)), text("c"));
            pages++;
            assertThat(pages).as("pages read").isLessThan(100);
        } while (cursor.isPresent());
        return listed;
    }

    @Test
    default void C01_a_cursor_of_somebody_else_is_refused() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a")), text("content"));

            for (String cursor : List.of("", "no cursor!", "../..", "\ud83d\ude00")) {
                assertThatThrownBy(() -> cache.list(CachePolicy.TEMPORARY, Optional.of(cursor), 10))
                        .as("cursor '%s'", cursor)
                        .isInstanceOf(InvalidRequestException.class);
            }
        }
    }

    @Test
    default void C01_a_cursor_of_the_other_area_is_refused() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (CachePolicy area : CachePolicy.values()) {
                publish(cache, leased(request("a", area)), text("content"));
                publish(cache, leased(request("b", area)), text("content"));
            }
            Optional<String> cursor =
                    cache.list(CachePolicy.TEMPORARY, Optional.empty(), 1).next();
            assertThat(cursor).as("C01: cursor behind the first of two results").isPresent();

            assertThatThrownBy(() -> cache.list(CachePolicy.STICKY, cursor, 1))
                    .as("C01: cursor of the temporary area in the persistent one")
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    default void C01_a_limit_below_one_is_refused() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            publish(cache, leased(temporary("a")), text("content"));

            for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> cache.list(CachePolicy.TEMPORARY, Optional.empty(), limit))
                        .as("C01: limit %s", limit)
                        .isInstanceOf(InvalidRequestException.class);
            }
            assertThat(listAll(cache, CachePolicy.TEMPORARY, Integer.MAX_VALUE))
                    .as("C01: results listed with the largest limit")
                    .hasSize(1);
        }
    }

    @Test
    default void C01_what_is_no_longer_found_is_no_longer_listed() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            Manifest retracted = publish(cache, leased(temporary("retracted")), text("r"));
            Manifest promoted = publish(cache, leased(temporary("promoted")), text("p"));
            publish(cache, leased(temporary("cleared")), text("c"));

            cache.retract(retracted.key(), retracted.submission());
            cache.promote(promoted.key());
            assertThat(listed(cache, CachePolicy.TEMPORARY))
                    .as("C01: temporary results after one was retracted and one promoted")
                    .containsExactly(new RequestKey("cleared"));
            assertThat(listed(cache, CachePolicy.STICKY))
                    .as("C01: persistent results after one was promoted")
                    .containsExactly(promoted.key());

            cache.purge(Purge.ROUTINE);
            assertThat(listed(cache, CachePolicy.TEMPORARY))
                    .as("C01: temporary results after a purge")
                    .isEmpty();
            cache.purge(Purge.REBUILD);
            assertThat(listed(cache, CachePolicy.STICKY))
                    .as("C01: persistent results after a rebuild")
                    .isEmpty();
        }
    }

    @Test
    default void C05_a_purge_clears_all_results_however_many_there_are() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (int i = 0; i < MANY; i++) {
                publish(cache, leased(temporary("t-" + i)), text("t"));
            }

            assertThat(cache.purge(Purge.ROUTINE).items())
                    .as("C05: results cleared of %s", MANY)
                    .isEqualTo(MANY);
            assertThat(listed(cache, CachePolicy.TEMPORARY))
                    .as("C05: results left by a purge")
                    .isEmpty();
        }
    }

    @Test
    default void C09_a_sweep_removes_all_remains_however_many_there_are() throws IOException {
        try (CacheFixture fixture = newCache()) {
            CacheManager cache = fixture.open();
            for (int i = 0; i < MANY; i++) {
                // Abandoned, as by a process that was killed.
                var unused = begin(cache, leased(temporary("t-" + i), submission(1)), text("t"));
            }
            publish(cache, leased(temporary("whole")), text("w"));
            fixture.advance(Duration.ofHours(2));
            CacheManager later = fixture.open();

            later.sweep(Duration.ofHours(1));

            assertThat(later.sweep(Duration.ofHours(1)).items())
                    .as("C09: remains left by the first sweep")
                    .isZero();
            assertThat(found(later, new RequestKey("whole")).manifest().key())
                    .as("C09: result that is not to be swept")
                    .isEqualTo(new RequestKey("whole"));
        }
    }
}
