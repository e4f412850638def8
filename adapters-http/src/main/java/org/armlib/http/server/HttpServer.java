package org.armlib.http.server;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.armlib.http.api.ApiServlet;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.spi.CloseOnce;
import org.armlib.spi.Server;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP API on a port of its own. Thread-safe. */
public final class HttpServer implements Server {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int HEADERS = 64 * 1024;
    private static final Duration LONGEST_STOP = Duration.ofMinutes(1);
    private static final int ACCEPT_QUEUE = 4096;

    /** The servlet works with paths as they are sent, and refuses itself what could lead elsewhere. */
    private static final UriCompliance AS_SENT = UriCompliance.DEFAULT.with(
            "AS_SENT",
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.BAD_UTF8_ENCODING,
            UriCompliance.Violation.ILLEGAL_PATH_CHARACTERS,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    private final HttpServerSettings settings;
    private final ApiServlet servlet;
    private final org.eclipse.jetty.server.Server jetty;
    private final ServerConnector connector;
    private final GracefulHandler calls;
    private final CloseOnce closing;

    /**
     * A server over {@code requests}, and the queue and cache behind them, none of which it closes.
     *
     * @param registry what is measured; where it is one for Prometheus, {@code /metrics} shows it
     */
    public HttpServer(
            RequestManager requests,
            QueueManager queue,
            CacheManager cache,
            Clock clock,
            HttpServerSettings settings,
            MeterRegistry registry) {
        this.settings = settings;
        this.closing =
                new CloseOnce(settings.drainDelay().plus(settings.grace()).plus(LONGEST_STOP));
        this.servlet = new ApiServlet(requests, queue, cache, clock, settings.api(), registry);
        QueuedThreadPool threads = new QueuedThreadPool(settings.threads(), Math.min(8, settings.threads()));
        threads.setName("armlib-http");
        threads.setDaemon(true);
        this.jetty = new org.eclipse.jetty.server.Server(threads);
        this.connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(configuration()));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        // Where many connect at once, who finds no place in a queue of 50, as it is otherwise, tries again a second
        // later.
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        jetty.addConnector(connector);
        jetty.addBean(new NetworkConnectionLimit(settings.maxConnections(), connector));
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        context.addServlet(holder(servlet), "/*");
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        // Otherwise Jetty guesses the charset of texts that do not name theirs, and text/plain would be Latin 1.
        context.getMimeTypes().clear();
        context.setErrorHandler(new ProblemErrorHandler());
        jetty.setErrorHandler(new ProblemErrorHandler());
        this.calls = new GracefulHandler(context);
        jetty.setHandler(calls);
        // Jetty's own grace cuts off every client that pauses for a second; close() has its own way.
        jetty.setStopTimeout(0);
        jetty.setStopAtShutdown(false);
    }

    /** @throws HttpServerException if the port cannot be listened on */
    @Override
    public URI start() {
        try {
            jetty.start();
        } catch (Exception e) {
            HttpServerException failure = new HttpServerException(
                    "cannot listen on " + settings.host() + ":" + settings.port() + " (" + reason(e)
                            + "); is another server running there? server.port = 0 takes any port that is free",
                    e);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            close();
            throw failure;
        }
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        URI address = URI.create("http://" + host + ":" + connector.getLocalPort() + "/");
        LOG.info("listening on {}", address);
        return address;
    }

    /**
     * Is not ready any more and takes no further requests, waits for {@code drainDelay}, stops listening, lets calls
     * under way end within {@code grace}, and returns. If the calling thread is interrupted, it ends at once. A call at the
     * same time waits until the server has stopped.
     */
    @Override
    public void close() {
        closing.run(this::stop);
    }

    private void stop() {
        servlet.drain();
        boolean interrupted = jetty.isStarted() && !endsCalls();
        try {
            jetty.stop();
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (Exception e) {
            throw new HttpServerException("the server did not stop in order (" + reason(e) + ")", e);
        } finally {
            // The container has done so, if it was started.
            servlet.destroy();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        LOG.info("the server has stopped");
    }

    /** Lets others learn that this server is not ready, stops listening, waits for calls; false if interrupted. */
    private boolean endsCalls() {
        try {
            Thread.sleep(settings.drainDelay().toMillis());
            connector.close();
            calls.shutdown().get(settings.grace().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        } catch (TimeoutException | ExecutionException e) {
            LOG.info("calls that are still under way are cut off");
        }
        return true;
    }

    private static ServletHolder holder(Servlet servlet) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        holder.setInitOrder(0);
        return holder;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setUriCompliance(AS_SENT);
        // A query may be sent as a URL, and is as long as parameters may be long.
        configuration.setRequestHeaderSize(HEADERS);
        configuration.setResponseHeaderSize(HEADERS);
        return configuration;
    }

    private static String reason(Exception e) {
        Throwable cause = e instanceof IOException && e.getCause() != null ? e.getCause() : e;
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
