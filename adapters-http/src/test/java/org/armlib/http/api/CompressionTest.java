package org.armlib.http.api;

import static org.armlib.http.api.Site.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.armlib.http.server.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompressionTest {
    private static final String LONG = "a".repeat(Gzip.MIN_LENGTH);

    private final Site site = new Site(container());

    /** What the API is mounted in. */
    Site.Container container() {
        return HttpServer::new;
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void what_the_server_writes_itself_is_compressed() throws Exception {
        site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\", \"parameters\": {\"a\": [\"" + LONG + "\"]}}");
        for (int i = 0; i < 10; i++) {
            site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k" + i + "\"}");
        }
        for (String path : List.of(
                "/",
                "/openapi.json",
                "/console/console.js",
                "/console/console.css",
                "/requests",
                "/requests/k",
                "/metrics")) {
            HttpResponse<String> plain = site.get(path);
            HttpResponse<byte[]> compressed = compressed(path, "gzip, br");

            assertThat(compressed.statusCode()).as(path).isEqualTo(200);
            assertThat(header(compressed, "Content-Encoding")).as(path).isEqualTo("gzip");
            assertThat(header(compressed, "Vary")).as(path).isEqualTo("Accept-Encoding");
            assertThat(header(compressed, "Content-Type")).as(path).isEqualTo(header(plain, "Content-Type"));
            assertThat(header(compressed, "Content-Length"))
                    .as(path)
                    .isEqualTo(String.valueOf(compressed.body().length));
            assertThat(compressed.body().length)
                    .as(path)
                    .isLessThan(plain.body().length() / 2);
            // What changes with the time is not the same in two answers.
            if (!path.equals("/metrics") && !path.equals("/requests/k")) {
                assertThat(unzipped(compressed.body())).as(path).isEqualTo(plain.body());
            }
            assertThat(header(plain, "Content-Encoding")).as(path).isEmpty();
            assertThat(header(plain, "Vary")).as(path).isEqualTo("Accept-Encoding");
        }
    }

    @Test
    void a_client_gets_what_it_accepts() throws Exception {
        for (String plain :
                List.of("identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=0.5, identity", "gzipped")) {
            assertThat(header(compressed("/openapi.json", plain), "Content-Encoding"))
                    .as(plain)
                    .isEmpty();
        }
        for (String compressed : List.of("gzip", "GZIP", "*", "br;q=1.0, gzip;q=0.1", "identity;q=0.5, gzip;q=0.5")) {
            assertThat(header(compressed("/openapi.json", compressed), "Content-Encoding"))
                    .as(compressed)
                    .isEqualTo("gzip");
        }
    }

    @Test
    void each_form_of_a_file_has_a_strong_tag_of_its_own() throws Exception {
        String plain = header(site.get("/console/console.js"), "ETag");
        String compressed = header(compressed("/console/console.js", "gzip"), "ETag");

        assertThat(List.of(plain, compressed)).doesNotHaveDuplicates().allMatch(tag -> tag.matches("\"[0-9a-z-]+\""));
        HttpResponse<String> known =
                site.get("/console/console.js", "If-None-Match", compressed, "Accept-Encoding", "gzip");
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(header(known, "ETag")).isEqualTo(compressed);
        assertThat(header(known, "Vary")).isEqualTo("Accept-Encoding");
        assertThat(site.get("/console/console.js", "If-None-Match", compressed).statusCode())
                .isEqualTo(200);
        assertThat(site.get("/console/console.js", "If-None-Match", plain).statusCode())
                .isEqualTo(304);
    }

    @Test
    void head_says_what_get_would_send() throws Exception {
        HttpResponse<byte[]> get = compressed("/console/console.js", "gzip");
        HttpResponse<String> head = site.head("/console/console.js", "Accept-Encoding", "gzip");
        for (String name : List.of("Content-Encoding", "Content-Length", "ETag", "Vary")) {
            assertThat(header(head, name)).as(name).isEqualTo(header(get, name));
        }
    }

    @Test
    void a_short_answer_stays_as_it_is() throws Exception {
        for (String path : List.of("/health/live", "/requests/nobody", "/console/icon.svg")) {
            HttpResponse<byte[]> answer = compressed(path, "gzip");
            assertThat(header(answer, "Content-Encoding")).as(path).isEmpty();
            assertThat(answer.body()[0]).as(path).isIn((byte) '{', (byte) '<');
        }
    }

    @Test
    void a_result_and_a_stream_of_events_are_not_compressed_on_their_way() throws Exception {
        site.complete("k", "csv", LONG);
        for (String path : List.of("/results/k.csv", "/requests/k/events")) {
            HttpResponse<byte[]> answer = compressed(path, "gzip");
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(header(answer, "Content-Encoding")).as(path).isEmpty();
        }
        assertThat(compressed("/results/k.csv", "gzip").body()).isEqualTo(LONG.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> compressed(String path, String acceptEncoding) throws Exception {
        return site.client.send(
                site.to(path).GET().header("Accept-Encoding", acceptEncoding).build(), BodyHandlers.ofByteArray());
    }

    private static String unzipped(byte[] bytes) throws Exception {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
