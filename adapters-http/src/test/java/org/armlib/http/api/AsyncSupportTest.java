package org.armlib.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.junit.jupiter.api.Test;

class AsyncSupportTest {
    @Test
    void a_servlet_that_is_mounted_without_it_says_so() throws Exception {
        Site.Container container = (requests, queue, cache, clock, settings, registry) -> {
            ServletHolder holder =
                    new ServletHolder(new ApiServlet(requests, queue, cache, clock, settings.api(), registry));
            holder.setAsyncSupported(false);
            ServletContextHandler context = new ServletContextHandler();
            context.addServlet(holder, "/*");
            return new JettyServer(context);
        };
        try (Site site = new Site(container)) {
            HttpResponse<String> answer = site.call("GET", "/batch/r", "Prefer", "wait=5");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("without asynchronous processing");
        }
    }
}
