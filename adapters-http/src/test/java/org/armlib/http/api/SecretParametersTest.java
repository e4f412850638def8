package org.armlib.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretParametersTest {
    private static final String BODY = "{\"requestUri\": \"/report\", \"key\": \"k\","
            + " \"parameters\": {\"api_key\": [\"s3cr3t01\"], \"year\": [\"2024\"]}}";

    @Test
    void no_answer_shows_the_value_of_a_secret_parameter_and_the_request_keeps_it() throws Exception {
        try (Site site = new Site()) {
            assertShown(site.post("/requests", BODY));
            assertShown(site.post("/requests", BODY));
            assertShown(site.get("/requests/k"));
            assertShown(site.get("/requests?status=Pending"));
            HttpResponse<String> conflict = site.post("/requests", "{\"requestUri\": \"/other\", \"key\": \"k\"}");
            assertThat(conflict.statusCode()).isEqualTo(409);
            assertThat(conflict.body()).doesNotContain("s3cr3t01");

            assertThat(site.runOne("csv", "a\n").request().parameters().get("api_key"))
                    .isEqualTo(List.of("s3cr3t01"));
            assertShown(site.post("/requests", BODY));
            assertShown(site.admin("GET", "/admin/cache?area=temporary"));
        }
    }

    private static void assertShown(HttpResponse<String> answer) {
        assertThat(answer.body())
                .contains("\"api_key\":[\"******\"]", "\"year\":[\"2024\"]")
                .doesNotContain("s3cr3t01");
    }
}
