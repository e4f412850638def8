package org.armlib.http.api;

import static org.armlib.http.api.Site.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.DispatcherType;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.Phase;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A form whose body a filter has read already is the same request, or refused; in Jetty here, in Tomcat as a part of its tests. */
class FilteredFormsTest {
    private Site site;

    @BeforeEach
    void open() {
        site = new Site(container());
    }

    @AfterEach
    void close() {
        site.close();
    }

    Site.Container container() {
        return (requests, queue, cache, clock, settings, registry) -> {
            ServletContextHandler context = new ServletContextHandler();
            context.addFilter(new FilterHolder(new FormFilters()), "/*", EnumSet.of(DispatcherType.REQUEST));
            context.addServlet(
                    new ServletHolder(new ApiServlet(
                            requests, queue, cache, Clock.systemUTC(), settings.api(), new SimpleMeterRegistry())),
                    "/*");
            return new JettyServer(context);
        };
    }

    private HttpResponse<String> form(String query, String type, HttpRequest.BodyPublisher body) throws Exception {
        return site.send(
                site.to("/batch/r" + query).header("Content-Type", type).POST(body));
    }

    private HttpResponse<String> form(String query, String body) throws Exception {
        return form(query, "application/x-www-form-urlencoded", HttpRequest.BodyPublishers.ofString(body));
    }

    private Map<String, List<String>> submitted() {
        return site.queue
                .list(Phase.PENDING, Optional.empty(), 1)
                .items()
                .get(0)
                .request()
                .parameters()
                .asMap();
    }

    @Test
    void fields_that_the_container_has_read_are_those_of_the_request() throws Exception {
        assertThat(form("?p=0&q=1", "p=1&p=%2B&r=").statusCode()).isEqualTo(202);

        assertThat(submitted())
                .containsEntry("p", List.of("0", "1", "+"))
                .containsEntry("q", List.of("1"))
                .containsEntry("r", List.of(""))
                .hasSize(3);
    }

    @Test
    void a_form_in_chunks_is_the_same_request() throws Exception {
        HttpRequest.BodyPublisher chunked =
                HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString("p=1"));

        assertThat(form("", "application/x-www-form-urlencoded", chunked).statusCode())
                .isEqualTo(202);

        assertThat(submitted()).isEqualTo(Map.of("p", List.of("1")));
    }

    @Test
    void what_the_container_has_decoded_as_utf_8_is_taken_and_what_it_may_have_decoded_otherwise_is_refused()
            throws Exception {
        assertThat(form("", "p=%C3%A9").statusCode()).isEqualTo(500);
        assertThat(site.queue.overview().count(Phase.PENDING)).isZero();

        assertThat(form("?filter=utf8", "p=%C3%A9").statusCode()).isEqualTo(202);
        assertThat(submitted()).containsEntry("p", List.of("\u00e9"));
    }

    @Test
    void a_body_that_is_gone_is_refused() throws Exception {
        for (String filter : List.of("stream", "part")) {
            HttpResponse<String> answer = form("?filter=" + filter, "p=1&q=2");

            assertThat(answer.statusCode()).as(filter).isEqualTo(500);
            assertThat(json(answer).get("detail").stringValue()).as(filter).contains("lost the form's content");
        }
        assertThat(site.post("/requests?filter=reader", "{\"requestUri\": \"/r\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(form(
                                "?filter=stream",
                                "multipart/form-data; boundary=b",
                                HttpRequest.BodyPublishers.ofString("--b--"))
                        .statusCode())
                .isEqualTo(415);
        assertThat(site.queue.overview().count(Phase.PENDING)).isZero();
    }

    @Test
    void a_body_whose_reader_is_taken_is_the_same_request_or_refused() throws Exception {
        int status = form("?filter=reader", "p=1&q=2").statusCode();

        if (status == 202) {
            assertThat(submitted()).containsEntry("p", List.of("1")).containsEntry("q", List.of("2"));
        } else {
            assertThat(status).isEqualTo(500);
            assertThat(site.queue.overview().count(Phase.PENDING)).isZero();
        }
    }

    @Test
    void a_form_without_fields_is_a_request_without_parameters() throws Exception {
        assertThat(form("", "").statusCode()).isEqualTo(202);
        assertThat(site.call("POST", "/batch/s").statusCode()).isEqualTo(202);
    }
}
