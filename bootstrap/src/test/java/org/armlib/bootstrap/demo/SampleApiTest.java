package org.armlib.bootstrap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SampleApiTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final SampleApi api;

    SampleApiTest() throws IOException {
        api = SampleApi.start(Duration.ZERO);
    }

    @AfterAll
    void close() {
        api.close();
    }

    private HttpResponse<byte[]> ask(String method, String pathAndQuery) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.uri() + pathAndQuery))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private String get(String pathAndQuery) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = ask("GET", pathAndQuery);
        assertThat(response.statusCode()).as(pathAndQuery).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String mediaType(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    @Test
    void all_rows_are_the_data_set_byte_for_byte() throws Exception {
        try (InputStream data = Objects.requireNonNull(SampleApi.class.getResourceAsStream("seattle-weather.csv"))) {
            HttpResponse<byte[]> response = ask("GET", "/weather");
            assertThat(response.body()).isEqualTo(data.readAllBytes());
            assertThat(mediaType(response)).isEqualTo("text/csv; charset=utf-8");
        }
    }

    @Test
    void a_year_has_its_days() throws Exception {
        for (Map.Entry<String, Integer> year :
                Map.of("2012", 366, "2013", 365, "2014", 365, "2015", 365).entrySet()) {
            assertThat(get("/weather?year=" + year.getKey())).hasLineCount(year.getValue() + 1);
        }
        assertThat(get("/weather?year=2012&month=2")).hasLineCount(30);
        assertThat(get("/weather?year=2012&month=3&type=rain")).hasLineCount(20);
    }

    @Test
    void known_days_are_right() throws Exception {
        assertThat(get("/weather?year=2014&month=8&type=rain")).contains("2014-08-11,0.5,35.6,17.8,2.6,rain\n");
        assertThat(get("/weather?year=2013&month=12&type=sun&format=json"))
                .contains("{\"date\":\"2013-12-07\",\"precipitation\":0.0,\"temp_max\":0.0,\"temp_min\":-7.1,"
                        + "\"wind\":3.1,\"weather\":\"sun\"}");
    }

    @Test
    void values_of_one_parameter_add_up() throws Exception {
        assertThat(get("/weather?year=2012&type=rain&type=snow")).hasLineCount(191 + 21 + 1);
        assertThat(get("/weather?type=snow&type=rain&year=2012"))
                .isEqualTo(get("/weather?year=2012&type=rain&type=snow"));
    }

    @Test
    void summaries_are_right() throws Exception {
        assertThat(get("/weather/summary?by=month&year=2013&month=1")).isEqualTo("""
                        month,days,temp_mean,temp_min,temp_max,precipitation_sum,wind_mean
                        2013-01,31,3.45,-4.4,11.7,105.7,2.88
                        """);
        assertThat(get("/weather/summary?by=year&year=2013"))
                .contains("\n2013,365,")
                .contains(",828.0,");
        assertThat(get("/weather/summary")).hasLineCount(49);
        assertThat(get("/weather/summary?by=type"))
                .contains("\ndrizzle,53,")
                .contains("\nfog,101,")
                .contains("\nrain,641,")
                .contains("\nsnow,26,")
                .contains("\nsun,640,");
        HttpResponse<byte[]> json = ask("GET", "/weather/summary?by=month&year=2013&month=1&format=json");
        assertThat(mediaType(json)).isEqualTo("application/json");
        assertThat(json.body())
                .asString()
                .isEqualTo("[\n{\"month\":\"2013-01\",\"days\":31,\"temp_mean\":3.45,\"temp_min\":-4.4,"
                        + "\"temp_max\":11.7,\"precipitation_sum\":105.7,\"wind_mean\":2.88}\n]\n");
    }

    @Test
    void nothing_found_is_an_empty_table() throws Exception {
        assertThat(get("/weather?type=snow&month=7")).isEqualTo("date,precipitation,temp_max,temp_min,wind,weather\n");
        assertThat(get("/weather?type=snow&month=7&format=json")).isEqualTo("[\n\n]\n");
    }

    @Test
    void wrong_parameters_are_refused_with_the_reason() throws Exception {
        Map<String, String> reasons = Map.of(
                "/weather?year=2042", "year: '2042' is not one of 2012, 2013, 2014, 2015",
                "/weather?month=13", "month: '13' is not one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
                "/weather?month=03", "month: '03' is not one of",
                "/weather?type=hail", "type: 'hail' is not one of drizzle, fog, rain, snow, sun",
                "/weather?yaer=2012", "yaer: is no parameter here; there are format, month, type, year",
                "/weather?format=csv&format=json", "format: is given 2 times; once is allowed",
                "/weather?by=month", "by: is no parameter here",
                "/weather/summary?by=week", "by: 'week' is not one of month, year, type",
                "/weather?year=%22%C3%BC%00", "year: '\\\"\\u00fc\\u0000' is not one of");
        for (Map.Entry<String, String> reason : reasons.entrySet()) {
            String pathAndQuery = reason.getKey();
            HttpResponse<byte[]> response = ask("GET", pathAndQuery);
            assertThat(response.statusCode()).as(pathAndQuery).isEqualTo(400);
            assertThat(mediaType(response)).isEqualTo("application/problem+json");
            assertThat(response.body())
                    .asString()
                    .startsWith("{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"")
                    .contains(reason.getValue());
        }
    }

    @Test
    void unknown_paths_and_methods_are_refused() throws Exception {
        for (String path : new String[] {"/wether", "/weather/", "/weather/2012", "/weather/summary/month", "/..."}) {
            HttpResponse<byte[]> response = ask("GET", path);
            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(mediaType(response)).isEqualTo("application/problem+json");
        }
        HttpResponse<byte[]> post = ask("POST", "/weather");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void a_slow_answer_does_not_outlive_the_api() throws Exception {
        SampleApi slow = SampleApi.start(Duration.ofDays(1));
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(HttpRequest.newBuilder(slow.uri()).build(), HttpResponse.BodyHandlers.discarding());

        slow.close();

        assertThat(answer).failsWithin(Duration.ofMinutes(1));
    }

    @Test
    void head_is_answered_without_a_body() throws Exception {
        HttpResponse<byte[]> head = ask("HEAD", "/weather");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(48_219);
        assertThat(head.body()).isEmpty();
        assertThat(get("/")).contains("/weather/summary");
    }
}
