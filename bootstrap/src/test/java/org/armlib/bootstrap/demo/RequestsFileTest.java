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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RequestKey;
import org.junit.jupiter.api.Test;

class RequestsFileTest {

    private static List<String> lines() throws IOException {
        try (InputStream in = Objects.requireNonNull(SampleApi.class.getResourceAsStream("requests.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static BatchRequest read(String line) {
        String[] words = line.split(" ", -1);
        BatchRequest.Builder request = BatchRequest.parse(words[0]);
        for (int i = 1; i < words.length; i++) {
            if (words[i].equals("sticky")) {
                request.sticky();
            } else if (words[i].startsWith("priority=")) {
                request.priority(Integer.parseInt(words[i].substring("priority=".length())));
            } else {
                assertThat(words[i]).startsWith("key=");
                request.key(new RequestKey(words[i].substring("key=".length())));
            }
        }
        return request.build();
    }

    @Test
    void there_are_many_requests_and_many_are_the_same() throws Exception {
        List<BatchRequest> requests =
                lines().stream().map(RequestsFileTest::read).toList();
        Map<RequestKey, BatchRequest> distinct = new HashMap<>();
        for (BatchRequest request : requests) {
            BatchRequest first = distinct.putIfAbsent(request.key(), request);
            assertThat(first == null || first.sameRequest(request))
                    .as("%s stands for one request", request.key())
                    .isTrue();
        }

        assertThat(requests).hasSizeGreaterThanOrEqualTo(200);
        assertThat(distinct).hasSizeBetween(110, 140);
        assertThat(requests).filteredOn(BatchRequest::sticky).hasSizeGreaterThan(10);
        assertThat(requests).filteredOn(request -> request.priority() > 0).hasSizeGreaterThan(5);
        assertThat(distinct).containsKey(new RequestKey("hottest-month"));
    }

    @Test
    void the_sample_api_answers_them_all_but_the_mistakes() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        Set<String> refused = new HashSet<>();
        try (SampleApi api = SampleApi.start(Duration.ZERO)) {
            for (String line : lines()) {
                HttpResponse<Void> response = client.send(
                        HttpRequest.newBuilder(URI.create(api.uri() + line.split(" ", -1)[0]))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                if (response.statusCode() != 200) {
                    assertThat(response.statusCode()).as(line).isIn(400, 404);
                    refused.add(line);
                }
            }
        }
        assertThat(refused).hasSize(14).contains("/weather?year=2042", "/weather?month=March", "/wether?year=2012");
    }
}
