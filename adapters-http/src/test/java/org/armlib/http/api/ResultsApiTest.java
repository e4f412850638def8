package org.armlib.http.api;

import static org.armlib.http.api.Site.header;
import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.armlib.content.Compression;
import org.armlib.domain.Failure;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Purge;
import org.armlib.file.FileCacheManager;
import org.armlib.http.server.HttpServer;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.ResultWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsApiTest {
    private static final String DIGITS = "0123456789";

    private final Site site = new Site(container());

    @TempDir
    Path folder;

    /** What the API is mounted in. */
    Site.Container container() {
        return HttpServer::new;
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void a_result_comes_with_all_that_is_known_of_it() throws Exception {
        site.complete("k", "csv", DIGITS);

        HttpResponse<String> answer = site.get("/results/k.csv");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(DIGITS);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/csv");
        assertThat(header(answer, "Content-Length")).isEqualTo("10");
        assertThat(header(answer, "ETag")).matches("\"[0-9a-f]{64}\"");
        assertThat(header(answer, "Repr-Digest"))
                .isEqualTo("sha-256=:"
                        + Base64.getEncoder()
                                .encodeToString(MessageDigest.getInstance("SHA-256")
                                        .digest(DIGITS.getBytes(StandardCharsets.UTF_8)))
                        + ":");
        assertThat(header(answer, "Content-Disposition")).isEqualTo("attachment; filename=\"k.csv\"");
        assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(answer, "Content-Location")).isEqualTo("/results/k.csv");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");

        HttpResponse<String> head = site.head("/results/k.csv");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("10");
        assertThat(header(head, "ETag")).isEqualTo(header(answer, "ETag"));
    }

    @Test
    void conditions_are_heeded() throws Exception {
        site.complete("k", "csv", DIGITS);
        String tag = header(site.get("/results/k"), "ETag");

        HttpResponse<String> unchanged = site.get("/results/k", "If-None-Match", tag);
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(header(unchanged, "Content-Length")).isIn("", "10");
        assertThat(site.get("/results/k", "If-None-Match", "W/" + tag + ", \"x\"")
                        .statusCode())
                .isEqualTo(304);
        assertThat(site.get("/results/k", "If-None-Match", "\"x\"").statusCode())
                .isEqualTo(200);
        assertThat(site.get("/results/k", "If-Match", tag).statusCode()).isEqualTo(200);
        assertThat(site.get("/results/k", "If-Match", "\"x\"").statusCode()).isEqualTo(412);
        String modified = header(site.get("/results/k"), "Last-Modified");
        assertThat(site.get("/results/k", "If-Modified-Since", modified).statusCode())
                .isEqualTo(304);
        assertThat(site.get("/results/k", "If-Modified-Since", "yesterday").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_date_has_the_form_that_every_client_reads() throws Exception {
        Clock fifth = Clock.fixed(Instant.parse("2026-11-05T04:03:02.9Z"), ZoneOffset.UTC);
        try (Site dated = new Site(
                container(), Site.newQueue(), new MemCacheManager(fifth), Site.settings(ApiSettings.DEFAULT))) {
            dated.complete("k", "csv", DIGITS);
            assertThat(header(dated.get("/results/k"), "Last-Modified")).isEqualTo("Thu, 05 Nov 2026 04:03:02 GMT");
        }
    }

    @Test
    void what_was_sent_before_is_sent_only_while_it_counts() throws Exception {
        site.complete("k", "csv", "first", "json", "{}");
        assertThat(site.get("/results/k.csv").body()).isEqualTo("first");
        assertThat(site.get("/results/k.json").body()).isEqualTo("{}");
        assertThat(site.get("/results/k.csv").body()).isEqualTo("first");

        site.post("/requests/k/resubmit", "");
        assertThat(site.get("/results/k.csv").statusCode()).isEqualTo(404);
        site.runOne("csv", "second");
        assertThat(site.get("/results/k.csv").body()).isEqualTo("second");

        site.cache.purge(Purge.ROUTINE);
        assertThat(site.get("/results/k.csv").statusCode()).isEqualTo(410);
        site.complete("k", "csv", "third");
        assertThat(site.get("/results/k.csv").body()).isEqualTo("third");
    }

    @Test
    void a_part_is_sent_where_a_part_is_asked_for() throws Exception {
        site.complete("k", "csv", DIGITS);
        assertThat(part("bytes=2-4")).containsExactly("206", "bytes 2-4/10", "234");
        assertThat(part("bytes=7-")).containsExactly("206", "bytes 7-9/10", "789");
        assertThat(part("bytes=-3")).containsExactly("206", "bytes 7-9/10", "789");
        assertThat(part("bytes=-30")).containsExactly("206", "bytes 0-9/10", DIGITS);
        assertThat(part("bytes=8-99")).containsExactly("206", "bytes 8-9/10", "89");
        assertThat(part("bytes=0-0")).containsExactly("206", "bytes 0-0/10", "0");
        assertThat(part("bytes=10-")).startsWith("416", "bytes */10");
        assertThat(part("bytes=-0")).startsWith("416", "bytes */10");
        // What is not understood, and several ranges, which need not be: all of it.
        for (String other : List.of("bytes=4-2", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=-", "bytes")) {
            assertThat(part(other)).as(other).containsExactly("200", "", DIGITS);
        }
        String tag = header(site.get("/results/k"), "ETag");
        assertThat(site.get("/results/k", "Range", "bytes=0-1", "If-Range", tag).statusCode())
                .isEqualTo(206);
        assertThat(site.get("/results/k", "Range", "bytes=0-1", "If-Range", "\"x\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_range_unit_is_read_in_either_case_and_a_number_of_any_length() throws Exception {
        site.complete("k", "csv", DIGITS);
        assertThat(part("Bytes=2-4")).containsExactly("206", "bytes 2-4/10", "234");
        assertThat(part("bytes=7-99999999999999999999")).containsExactly("206", "bytes 7-9/10", "789");
        assertThat(part("bytes=-99999999999999999999")).containsExactly("206", "bytes 0-9/10", DIGITS);
        assertThat(part("bytes=00000000000000000000003-4")).containsExactly("206", "bytes 3-4/10", "34");
        assertThat(part("bytes=99999999999999999999-")).startsWith("416", "bytes */10");
    }

    @Test
    void ranges_in_several_header_lines_are_several_ranges() throws Exception {
        site.complete("k", "csv", DIGITS);
        HttpResponse<String> answer = site.get("/results/k", "Range", "bytes=0-1", "Range", "bytes=4-5");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(DIGITS);
    }

    /** RFC 9110, section 14.2. */
    @Test
    void a_range_means_nothing_to_head() throws Exception {
        site.complete("k", "csv", DIGITS);
        String tag = header(site.get("/results/k"), "ETag");
        for (String range : List.of("bytes=2-4", "bytes=0-1,4-5", "bytes=10-", "bytes=-0", "lines=1-2")) {
            for (String condition : List.of(tag, "\"x\"")) {
                HttpResponse<String> head = site.head("/results/k", "Range", range, "If-Range", condition);
                assertThat(head.statusCode()).as(range).isEqualTo(200);
                assertThat(header(head, "Content-Length")).as(range).isEqualTo("10");
                assertThat(header(head, "Content-Range")).as(range).isEmpty();
                assertThat(header(head, "Accept-Ranges")).as(range).isEqualTo("bytes");
            }
        }
        assertThat(site.head("/results/k", "Range", "bytes=2-4", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void a_range_means_nothing_to_what_is_no_result() throws Exception {
        site.complete("k", "csv", DIGITS);
        for (String path : List.of("/requests/k", "/requests", "/openapi.json", "/", "/console/console.js")) {
            HttpResponse<String> answer = site.get(path, "Range", "bytes=0-1");
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).isEqualTo(site.get(path).body());
        }
        for (String method : List.of("GET", "POST")) {
            HttpResponse<String> batch =
                    site.call(method, "/batch/r?_key=k", "Prefer", "wait=9", "Range", "bytes=0-1", "If-Range", "\"x\"");
            assertThat(batch.statusCode()).as(method).isEqualTo(200);
            assertThat(batch.body()).as(method).isEqualTo(DIGITS);
        }
        assertThat(site.head("/batch/r?_key=k", "Range", "bytes=0-1").statusCode())
                .as("it would submit a request")
                .isEqualTo(405);
    }

    @Test
    void an_empty_result_is_a_result() throws Exception {
        site.complete("k", "csv", "");
        assertThat(part("bytes=-1")).as("all of it").containsExactly("200", "", "");
        assertThat(site.get("/results/k").statusCode()).isEqualTo(200);
        assertThat(part("bytes=0-")).startsWith("416", "bytes */0");
    }

    @Test
    void the_client_chooses_the_format() throws Exception {
        site.complete("k", "csv", "c", "json", "j");
        assertThat(site.get("/results/k").body()).isEqualTo("c");
        assertThat(site.get("/results/k", "Accept", "application/json").body()).isEqualTo("j");
        assertThat(site.get("/results/k", "Accept", "text/*;q=0.1, application/json;q=0.5")
                        .body())
                .isEqualTo("j");
        assertThat(site.get("/results/k", "Accept", "text/csv;q=0, */*").body()).isEqualTo("j");
        assertThat(site.get("/results/k.json", "Accept", "text/csv").body()).isEqualTo("j");
        HttpResponse<String> none = site.get("/results/k", "Accept", "image/png");
        assertThat(none.statusCode()).isEqualTo(406);
        assertThat(json(none).get("detail").stringValue()).contains("csv (text/csv)", "json (application/json)");
        HttpResponse<String> unknown = site.get("/results/k.xlsx");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown).get("type").stringValue()).isEqualTo("urn:armlib:problem:unknown-format");
    }

    @Test
    void a_key_with_dots_is_told_from_a_suffix() throws Exception {
        site.complete("a.b", "tar.gz", "t");
        assertThat(site.get("/results/a.b").body()).isEqualTo("t");
        assertThat(site.get("/results/a.b.tar.gz").body()).isEqualTo("t");
        assertThat(site.get("/results/a.b.csv").statusCode()).isEqualTo(404);
        assertThat(site.get("/results/a").statusCode()).isEqualTo(404);
        assertThat(site.get("/results/" + "a.".repeat(90) + "a").statusCode()).isEqualTo(404);
    }

    @Test
    void a_key_takes_no_address_away_from_another_result() throws Exception {
        site.complete("a", "csv", "of a");
        site.complete("a.csv", "csv", "of a.csv");
        site.complete("a.x", "json", "of a.x");
        for (String key : List.of("a", "a.csv", "a.x")) {
            String address = json(site.get("/requests/" + key))
                    .get("results")
                    .properties()
                    .iterator()
                    .next()
                    .getValue()
                    .get("url")
                    .stringValue();
            assertThat(site.get(address).body()).as(address).isEqualTo("of " + key);
        }
        assertThat(site.get("/results/a.x").body()).isEqualTo("of a.x");
        assertThat(type(site.get("/results/a.y"))).isEqualTo("404 unknown-format");
    }

    @Test
    void a_media_type_is_told_as_it_was_written() throws Exception {
        List<String> types = List.of(
                "text/plain", "text/html", "text/xml", "text/plain; charset=utf-8", "text/plain;charset=iso-8859-1");
        for (int i = 0; i < types.size(); i++) {
            site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k" + i + "\"}");
            LeasedRequest leased = site.lease();
            try (ResultWriter writer = site.cache.write(leased)) {
                try (OutputStream out = writer.format("txt", types.get(i))) {
                    out.write('x');
                }
                writer.commit();
            }
            site.queue.complete(leased.lease());
            assertThat(header(site.get("/results/k" + i), "Content-Type").replace(" ", ""))
                    .isEqualToIgnoringCase(types.get(i).replace(" ", ""));
        }
    }

    @Test
    void why_there_is_no_result_is_told() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}");
        HttpResponse<String> waiting = site.get("/results/k.csv");
        assertThat(type(waiting)).isEqualTo("404 result-not-ready");
        assertThat(header(waiting, "Retry-After")).isNotEmpty();
        assertThat(type(site.get("/results/nobody"))).isEqualTo("404 unknown-request");

        site.queue.fail(site.lease().lease(), Failure.permanent("wrong"));
        assertThat(type(site.get("/results/k"))).isEqualTo("404 no-result");

        site.complete("old", "csv", "c");
        site.cache.purge(Purge.REBUILD);
        assertThat(type(site.get("/results/old.csv"))).isEqualTo("410 result-gone");
    }

    @Test
    void results_of_all_lengths_are_sent_whole_and_in_part() throws Exception {
        for (int length : List.of(16_384, 16_385, 65_536, 65_537, 200_000)) {
            String key = "of-" + length;
            String content = DIGITS.repeat(length / 10 + 1).substring(0, length);
            site.complete(key, "csv", content);
            for (int i = 0; i < 2; i++) {
                assertThat(site.get("/results/" + key).body()).isEqualTo(content);
                assertThat(site.get("/results/" + key, "Range", "bytes=7-" + (length - 2))
                                .body())
                        .isEqualTo(content.substring(7, length - 1));
            }
        }
    }

    @Test
    void a_large_result_is_sent_whole_to_a_client_that_reads_slowly() throws Exception {
        String large = DIGITS.repeat(2_000_000);
        site.complete("k", "csv", large);
        assertThat(site.get("/results/k").body()).isEqualTo(large);
        HttpResponse<String> part = site.get("/results/k", "Range", "bytes=19999990-");
        assertThat(part.body()).isEqualTo(DIGITS);
    }

    @Test
    void what_is_stored_encoded_is_sent_as_stored_to_who_accepts_it() throws Exception {
        String text = DIGITS.repeat(1000);
        try (Site files = new Site(
                container(),
                Site.newQueue(),
                new FileCacheManager(folder, Compression.GZIP, Clock.systemUTC()),
                Site.settings(ApiSettings.DEFAULT))) {
            files.complete("k", "csv", text);

            HttpResponse<String> plain = files.get("/results/k.csv");
            assertThat(plain.body()).isEqualTo(text);
            assertThat(header(plain, "Content-Encoding")).isEmpty();
            assertThat(header(plain, "Vary")).contains("Accept-Encoding");

            HttpResponse<byte[]> encoded = files.client.send(
                    files.to("/results/k.csv")
                            .header("Accept-Encoding", "br, gzip")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(header(encoded, "Content-Encoding")).isEqualTo("gzip");
            assertThat(header(encoded, "ETag"))
                    .isNotEqualTo(header(plain, "ETag"))
                    .contains("-gzip");
            assertThat(header(encoded, "Repr-Digest")).isEmpty();
            assertThat(header(encoded, "Unencoded-Digest")).isEqualTo(header(plain, "Repr-Digest"));
            assertThat(encoded.body().length).isLessThan(1000);
            assertThat(new String(
                            new GZIPInputStream(new ByteArrayInputStream(encoded.body())).readAllBytes(),
                            StandardCharsets.UTF_8))
                    .isEqualTo(text);

            HttpResponse<String> refused = files.get("/results/k.csv", "Accept-Encoding", "gzip;q=0, *;q=0");
            assertThat(refused.body()).isEqualTo(text);
            assertThat(files.get("/results/k.csv", "Range", "bytes=9998-").body())
                    .isEqualTo("89");
        }
    }

    @Test
    void a_result_that_cannot_be_read_to_its_end_is_cut_off_where_that_shows() throws Exception {
        try (Site files = new Site(
                container(),
                Site.newQueue(),
                new FileCacheManager(folder, Compression.GZIP, Clock.systemUTC()),
                Site.settings(ApiSettings.DEFAULT))) {
            files.complete("k", "csv", DIGITS.repeat(100_000));
            damage();

            assertThatThrownBy(() -> files.get("/results/k.csv"))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(HttpTimeoutException.class);
            assertThat(files.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_short_result_that_cannot_be_read_is_told_and_not_kept() throws Exception {
        try (Site files = new Site(
                container(),
                Site.newQueue(),
                new FileCacheManager(folder, Compression.GZIP, Clock.systemUTC()),
                Site.settings(ApiSettings.DEFAULT))) {
            files.complete("k", "csv", DIGITS.repeat(1000));
            damage();
            assertThat(type(files.get("/results/k.csv"))).isEqualTo("500 internal");
            damage();
            assertThat(files.get("/results/k.csv").body()).isEqualTo(DIGITS.repeat(1000));
        }
    }

    /** Changes a byte in the midst of what is stored; done again, it changes it back. */
    private void damage() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            Path part = paths.filter(path -> path.toString().endsWith(".csv"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(part);
            bytes[bytes.length / 2] ^= 0x55;
            Files.write(part, bytes);
        }
    }

    private List<String> part(String range) throws Exception {
        HttpResponse<String> answer = site.get("/results/k", "Range", range);
        return List.of(String.valueOf(answer.statusCode()), header(answer, "Content-Range"), answer.body());
    }

    private static String type(HttpResponse<String> answer) {
        return answer.statusCode() + " "
                + json(answer).get("type").stringValue().replace("urn:armlib:problem:", "");
    }
}
