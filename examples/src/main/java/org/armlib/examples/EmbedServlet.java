package org.armlib.examples;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.time.Clock;
import org.armlib.bootstrap.Armlib;
import org.armlib.http.api.ApiServlet;
import org.armlib.http.api.ApiSettings;
import org.armlib.http.metrics.InstanceRegistry;

/** Mounts the HTTP API in a servlet container of the program's own. */
final class EmbedServlet {
    private EmbedServlet() {}

    static void mount(ServletContext context, Armlib armlib, String adminToken) {
        ApiServlet api = new ApiServlet(
                armlib.requestManager(),
                armlib.queue(),
                armlib.cache(),
                Clock.systemUTC(),
                ApiSettings.DEFAULT.withAdminToken(adminToken),
                armlib.injector().getInstance(InstanceRegistry.class));
        ServletRegistration.Dynamic servlet = context.addServlet("armlib", api);
        servlet.setAsyncSupported(true);
        servlet.addMapping("/batch-mode/*");
    }
}
