package org.armlib.http.api;

import static org.armlib.http.api.Site.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.armlib.content.Compression;
import org.armlib.file.FileCacheManager;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.CacheManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results of a cache that signs addresses; that they lead to the bytes is tested where there is such a store. */
class RedirectedResultsTest {
    private static final String GET = "?signed=presign&for=PT5M";
    private static final String DIGITS = "0123456789".repeat(100);

    @TempDir
    Path folder;

    @Test
    void a_result_is_fetched_from_the_store() throws Exception {
        try (Site site = site(memory(), true)) {
            site.complete("k", "csv", DIGITS, "json", "{}");

            HttpResponse<String> answer = site.get("/results/k.csv");
            assertThat(answer.statusCode()).isEqualTo(307);
            assertThat(header(answer, "Location")).isEqualTo(SigningCache.STORE + "k.csv" + GET);
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().map()).doesNotContainKeys("ETag", "Content-Encoding", "Repr-Digest");
            assertThat(header(site.get("/results/k", "Accept", "application/json"), "Location"))
                    .isEqualTo(SigningCache.STORE + "k.json" + GET);
            assertThat(header(site.get("/results/k", "Range", "bytes=5-"), "Location"))
                    .as("the client repeats its range there")
                    .isEqualTo(SigningCache.STORE + "k.csv" + GET);
            assertThat(header(site.head("/results/k.csv"), "Location"))
                    .isEqualTo(SigningCache.STORE + "k.csv?signed=presignHead&for=PT5M");
        }
    }

    @Test
    void conditions_and_refusals_are_the_servers_own() throws Exception {
        try (Site site = site(memory(), true);
                Site plain = site(memory(), false)) {
            site.complete("k", "csv", DIGITS);
            plain.complete("k", "csv", DIGITS);
            HttpResponse<String> known = plain.get("/results/k");
            assertThat(known.statusCode()).as("without the setting").isEqualTo(200);
            String tag = header(known, "ETag");

            HttpResponse<String> unchanged = site.get("/results/k", "If-None-Match", tag);
            assertThat(unchanged.statusCode()).isEqualTo(304);
            assertThat(header(unchanged, "ETag")).isEqualTo(tag);
            assertThat(site.get("/results/k", "If-None-Match", "\"x\"").statusCode())
                    .isEqualTo(307);
            assertThat(site.get("/results/k", "If-Match", "\"x\"").statusCode()).isEqualTo(412);
            assertThat(site.get("/results/k", "Accept", "image/png").statusCode())
                    .isEqualTo(406);
            assertThat(site.get("/results/nobody").statusCode()).isEqualTo(404);

            for (String condition : List.of("If-Match", "If-Range")) {
                assertThat(site.get("/results/k", "Range", "bytes=0-3", condition, tag)
                                .body())
                        .as(condition + " names a tag that the store does not know")
                        .isEqualTo("0123");
            }
        }
    }

    @Test
    void who_cannot_read_what_is_stored_gets_it_here() throws Exception {
        for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
            String coding = compression.name().toLowerCase(java.util.Locale.ROOT);
            CacheManager files = new FileCacheManager(folder.resolve(coding), compression, Clock.systemUTC());
            try (Site site = site(files, true)) {
                site.complete("k", "csv", DIGITS);
                assertThat(site.get("/results/k").body()).isEqualTo(DIGITS);
                assertThat(site.get("/results/k", "Accept-Encoding", "br, " + coding + ";q=0")
                                .body())
                        .isEqualTo(DIGITS);
                assertThat(site.get("/results/k", "Accept-Encoding", "br, " + coding)
                                .statusCode())
                        .isEqualTo(307);
            }
        }
    }

    @Test
    void waiting_for_a_result_ends_at_the_store_and_a_form_is_not_posted_there() throws Exception {
        try (Site site = site(memory(), true)) {
            site.complete("k", "csv", DIGITS);
            HttpResponse<String> got = site.call("GET", "/batch/r?_key=k", "Prefer", "wait=9");
            assertThat(got.statusCode()).isEqualTo(307);
            assertThat(header(got, "Location")).isEqualTo(SigningCache.STORE + "k.csv" + GET);
            assertThat(header(got, "Preference-Applied")).isEqualTo("wait=9");
            assertThat(header(got, "Cache-Status")).isEqualTo("armlib; hit");
            HttpResponse<String> posted = site.call("POST", "/batch/r?_key=k", "Prefer", "wait=9");
            assertThat(posted.statusCode()).isEqualTo(303);
            assertThat(header(posted, "Location")).isEqualTo(SigningCache.STORE + "k.csv" + GET);
            assertThat(site.get("/metrics").body())
                    .contains("armlib_results_redirected_total{area=\"temporary\",armlib_instance=\"1\"} 2.0")
                    .contains("armlib_results_total{area=\"temporary\",armlib_instance=\"1\"} 0.0");
        }
    }

    private static CacheManager memory() {
        return new MemCacheManager(Clock.systemUTC());
    }

    private static Site site(CacheManager cache, boolean redirecting) {
        ApiSettings api =
                redirecting ? ApiSettings.DEFAULT.withRedirectFor(Duration.ofMinutes(5)) : ApiSettings.DEFAULT;
        return new Site(Site.newQueue(), SigningCache.over(cache), Site.settings(api));
    }
}
