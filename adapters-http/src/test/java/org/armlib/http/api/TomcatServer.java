package org.armlib.http.api;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.armlib.http.server.HttpServerSettings;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.spi.Server;

/** The servlet in Apache Tomcat, as an embedding program would mount it. */
final class TomcatServer implements Server {
    private static final Logger TOMCATS = Logger.getLogger("org.apache");

    static {
        TOMCATS.setLevel(Level.SEVERE);
    }

    final ApiServlet servlet;
    private final Tomcat tomcat = new Tomcat();
    private final Context application;
    private final String place;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Mounted at the top. */
    TomcatServer(
            RequestManager requests,
            QueueManager queue,
            CacheManager cache,
            Clock clock,
            HttpServerSettings settings,
            MeterRegistry registry) {
        this("", "", requests, queue, cache, clock, settings, registry);
    }

    /** Mounted at {@code prefix} of the application {@code context}. */
    TomcatServer(
            String context,
            String prefix,
            RequestManager requests,
            QueueManager queue,
            CacheManager cache,
            Clock clock,
            HttpServerSettings settings,
            MeterRegistry registry) {
        this.servlet = new ApiServlet(requests, queue, cache, clock, settings.api(), registry);
        this.place = context.replace(" ", "%20") + prefix + "/";
        tomcat.setBaseDir("target/tomcat");
        Connector connector = tomcat.getConnector();
        connector.setPort(0);
        set("address", settings.host());
        set("maxThreads", String.valueOf(settings.threads()));
        set("connectionTimeout", String.valueOf(settings.idleTimeout().toMillis()));
        set("maxHttpRequestHeaderSize", "65536");
        connector.setEncodedSolidusHandling("passthrough");
        connector.setEncodedReverseSolidusHandling("passthrough");
        this.application = tomcat.addContext(context, null);
        Wrapper mounted = Tomcat.addServlet(application, "armlib", servlet);
        mounted.setAsyncSupported(true);
        mounted.setLoadOnStartup(0);
        mounted.addMapping(prefix + "/*");
    }

    /** Puts a filter ahead of the servlet. */
    void filter(Filter filter) {
        FilterDef definition = new FilterDef();
        definition.setFilterName("filter");
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        application.addFilterDef(definition);
        FilterMap everywhere = new FilterMap();
        everywhere.setFilterName("filter");
        everywhere.addURLPattern("/*");
        application.addFilterMap(everywhere);
    }

    private void set(String property, String value) {
        if (!tomcat.getConnector().setProperty(property, value)) {
            throw new AssertionError("Tomcat's connector has no property " + property);
        }
    }

    @Override
    public URI start() {
        try {
            tomcat.start();
        } catch (LifecycleException e) {
            throw new AssertionError(e);
        }
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + place);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new AssertionError(e);
        }
    }
}
