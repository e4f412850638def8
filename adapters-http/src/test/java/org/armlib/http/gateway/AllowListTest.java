package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AllowListTest {

    private static boolean allows(String entry, String path) {
        return AllowList.of(List.of(entry)).allows(path);
    }

    @Test
    void a_path_allows_itself_and_what_is_below() {
        assertThat(allows("/", "/")).isTrue();
        assertThat(allows("/", "/a/b")).isTrue();
        assertThat(allows("/a", "/a")).isTrue();
        assertThat(allows("/a", "/a/")).isTrue();
        assertThat(allows("/a", "/a/b/c")).isTrue();
        assertThat(allows("/a", "/ab")).isFalse();
        assertThat(allows("/a", "/b/a")).isFalse();
        assertThat(allows("/a/", "/a")).isFalse();
        assertThat(allows("/a/", "/a/b")).isTrue();
    }

    @Test
    void a_glob_is_for_the_whole_path() {
        assertThat(allows("/v*/reports", "/v2/reports")).isTrue();
        assertThat(allows("/v*/reports", "/v2/reports/1")).isFalse();
        assertThat(allows("/v*/reports", "/v2/x/reports")).isFalse();
        assertThat(allows("/v*/reports/**", "/v2/reports")).isTrue();
        assertThat(allows("/v*/reports/**", "/v2/reports/1/2")).isTrue();
        assertThat(allows("/v*/reports/**", "/v2/reportsx")).isFalse();
        assertThat(allows("/**/public", "/a/b/public")).isTrue();
        assertThat(allows("/*.csv", "/a.csv")).isTrue();
        assertThat(allows("/*.csv", "/axcsv")).isFalse();
    }

    @Test
    void entries_are_compared_in_normal_form() {
        assertThat(allows("/%7euser/ü", "/~user/%C3%BC")).isTrue();
    }

    @Test
    @Timeout(10)
    void a_glob_with_many_stars_is_matched_in_linear_time() {
        assertThat(allows("/data/*-*-*.csv", "/data/" + "-".repeat(8_000))).isFalse();
        assertThat(allows("/data/*-*-*.csv", "/data/" + "-".repeat(8_000) + ".csv"))
                .isTrue();
        assertThat(allows("/" + "**a".repeat(20), "/" + "a".repeat(8_000) + "b"))
                .isFalse();
        assertThat(allows("/**/x/**", "/a/x/b/c")).isTrue();
        assertThat(allows("/**/x/**", "/a/xy/b")).isFalse();
    }

    @Test
    @Timeout(10)
    void a_path_that_is_encoded_many_times_over_is_refused() {
        assertThatThrownBy(() -> Paths.readings("/%" + "25".repeat(4_000) + "2e"))
                .isInstanceOf(UnsafePathException.class)
                .hasMessageContaining("times over");
    }
}
