package org.armlib.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.armlib.http.server.HttpServer;
import org.armlib.memory.MemCacheManager;
import org.junit.jupiter.api.Test;

/** What of the API a program shows, and what of its own it does not. */
class RoutesOfProgramsTest {
    private static final ApiSettings ALL = ApiSettings.DEFAULT.withAdminToken(Site.TOKEN);

    private final MeterRegistry program = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Site site(ApiSettings settings) {
        Counter.builder("program.secrets").register(program);
        Site.Container container = (requests, queue, cache, clock, server, registry) ->
                new HttpServer(requests, queue, cache, clock, server, program);
        return new Site(container, Site.newQueue(), new MemCacheManager(Clock.systemUTC()), Site.settings(settings));
    }

    @Test
    void routes_that_are_left_out_are_not_there() throws Exception {
        ApiSettings few = ALL.withoutRoutes(RouteGroup.ADMIN, RouteGroup.METRICS, RouteGroup.CONSOLE, RouteGroup.BATCH);
        try (Site site = site(few)) {
            assertThat(site.post("/requests", "{\"requestUri\": \"/r\", \"key\": \"k\"}")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(site.get("/requests/k").statusCode()).isEqualTo(200);
            assertThat(site.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(site.get("/openapi.json").statusCode()).isEqualTo(200);
            for (String path :
                    List.of("/admin/status", "/admin/cache", "/metrics", "/", "/console/console.js", "/batch/r")) {
                assertThat(site.admin("GET", path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void each_route_is_of_a_group() throws Exception {
        for (RouteGroup group : RouteGroup.values()) {
            assertThat(RouteGroup.of("/" + group.name().toLowerCase(Locale.ROOT) + "/x"))
                    .isEqualTo(group == RouteGroup.DESCRIPTION ? RouteGroup.CONSOLE : group);
        }
        assertThat(RouteGroup.of("/openapi.json")).isEqualTo(RouteGroup.DESCRIPTION);
        assertThat(RouteGroup.of("/")).isEqualTo(RouteGroup.CONSOLE);
        assertThat(RouteGroup.of("")).isEqualTo(RouteGroup.CONSOLE);
    }

    @Test
    void a_registry_of_the_programs_own_is_shown_on_request_only() throws Exception {
        try (Site site = site(ALL)) {
            assertThat(site.get("/metrics").body())
                    .contains("# HELP armlib_workers ", "armlib_workers{")
                    .doesNotContain("program");
        }
        try (Site site = site(ALL.withAllMeters())) {
            assertThat(site.get("/metrics").body()).contains("armlib_workers{", "program_secrets_total");
        }
    }

    @Test
    void two_servers_on_one_registry_measure_apart_and_leave_nothing_behind() throws Exception {
        try (Site one = site(ALL);
                Site two = site(ALL)) {
            one.get("/requests/nobody");

            assertThat(two.get("/metrics").body())
                    .contains(
                            "armlib_problems_total{armlib_instance=\"1\",type=\"unknown-request\"} 1.0",
                            "armlib_workers{armlib_instance=\"1\"} ",
                            "armlib_workers{armlib_instance=\"2\"} ");
        }
        assertThat(program.getMeters())
                .extracting(meter -> meter.getId().getName())
                .containsExactly("program.secrets");
    }
}
