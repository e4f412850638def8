package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.armlib.ports.PermanentFailureException;
import org.junit.jupiter.api.Test;

class ContentCodingTest {
    private static final byte[] ROWS = "a,b\n1,2\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final byte[] ZIP = {'P', 'K', 3, 4, 5, 6, 7};

    @Test
    void a_gzip_file_whose_coding_is_named_too_is_stored_as_it_is() throws Exception {
        for (String type : List.of(
                "application/gzip",
                "application/x-gzip",
                "Application/GZIP; q=1",
                "application/x-tgz",
                "application/tlsrpt+gzip")) {
            for (String coding : List.of("gzip", "x-gzip", "identity, GZIP")) {
                byte[] file = gzip(ROWS);
                assertThat(result(type, file, coding)).as(type + " " + coding).isEqualTo(file);
            }
        }
    }

    @Test
    void a_large_gzip_file_with_a_long_name_in_it_is_stored_as_it_is() throws Exception {
        byte[] random = new byte[1_000_000];
        new Random(1).nextBytes(random);
        byte[] file = gzip(random);
        // FNAME: the bytes up to a zero follow the ten of the header.
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        named.write(file, 0, 3);
        named.write(8);
        named.write(file, 4, 6);
        named.write("n".repeat(1000).getBytes(StandardCharsets.UTF_8));
        named.write(0);
        named.write(file, 10, file.length - 10);

        assertThat(result("application/gzip", named.toByteArray(), "gzip")).isEqualTo(named.toByteArray());
    }

    @Test
    void a_gzip_file_that_is_encoded_once_more_is_decoded_once() throws Exception {
        byte[] file = gzip(ROWS);
        assertThat(result("application/gzip", gzip(file), "gzip")).isEqualTo(file);
        assertThat(result("application/x-gzip", gzip(file), "gzip, gzip")).isEqualTo(file);
        assertThat(result("application/gzip", file)).isEqualTo(file);
        assertThat(result("application/gzip", file, "identity")).isEqualTo(file);
    }

    @Test
    void everything_else_is_decoded_as_often_as_it_was_encoded() throws Exception {
        assertThat(result("application/zip", gzip(ZIP), "gzip")).isEqualTo(ZIP);
        assertThat(result("application/x-tar", gzip(ROWS), "x-gzip")).isEqualTo(ROWS);
        assertThat(result("text/csv", gzip(gzip(ROWS)), "gzip, gzip")).isEqualTo(ROWS);
        assertThat(result("text/csv", gzip(gzip(ROWS)), "gzip", "x-gzip")).isEqualTo(ROWS);
        assertThat(result("text/csv", ROWS, "identity", " ")).isEqualTo(ROWS);
    }

    @Test
    void what_cannot_be_decoded_fails_for_good() {
        assertRefused("br", gzip(ROWS), "'br'");
        assertRefused("gzip, br", gzip(ROWS), "'gzip, br'");
        assertRefused("deflate", ROWS, "'deflate'");
        assertRefused("zip", ZIP, "'zip'");
        assertRefused("gzip, gzip, gzip", gzip(ROWS), "3 times");
        assertRefused("gzip", ROWS, "not encoded so");
        assertRefused("gzip, gzip", gzip(ROWS), "not encoded so");
    }

    @Test
    void half_a_gzip_file_is_never_a_result() {
        byte[] file = gzip(ROWS);
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> result("text/csv", Arrays.copyOf(file, file.length - 9), "gzip"))
                .withMessageContaining("not whole");
    }

    private static void assertRefused(String coding, byte[] body, String message) {
        assertThatExceptionOfType(PermanentFailureException.class)
                .as(coding)
                .isThrownBy(() -> result("text/csv", body, coding))
                .withMessageContaining(message);
    }

    private static byte[] result(String type, byte[] body, String... codings) throws Exception {
        try (TestApi api = TestApi.handling(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().put("Content-Encoding", List.of(codings));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        })) {
            MemoryJob job = MemoryJob.of("/");
            new GatewayProcessor(GatewaySettings.of(api.uri()).build()).process(job);
            return job.only().bytes();
        }
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
