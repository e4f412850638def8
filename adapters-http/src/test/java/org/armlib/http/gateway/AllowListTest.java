package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

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
}
