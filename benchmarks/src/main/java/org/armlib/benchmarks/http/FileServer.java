package org.armlib.benchmarks.http;

import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.nio.file.Path;
import org.armlib.benchmarks.BenchmarkFailure;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.http.content.ResourceHttpContentFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A Jetty server that has static files, with threads and a connector as the HTTP API's own server has them. */
final class FileServer implements AutoCloseable {
    /** Where files are that are in memory, as Jetty has them if not told otherwise, with a look at the disk once a second. */
    static final String HELD = "held/";

    /** Where files are that are looked at and opened for each call. */
    static final String OPENED = "opened/";

    private static final int THREADS = 100;
    private static final int FEWEST_THREADS = 8;

    private final Server jetty;
    private final URI address;

    private FileServer(Server jetty, URI address) {
        this.jetty = jetty;
        this.address = address;
    }

    /** The API and the files of {@code folder} in one server. */
    static FileServer beside(HttpServlet api, Path folder) {
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        ServletHolder holder = new ServletHolder(api);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        return start(new GracefulHandler(new ContextHandlerCollection(
                context,
                new ContextHandler(files(new ResourceHandler(), folder), "/held"),
                new ContextHandler(files(new OpeningHandler(), folder), "/opened"))));
    }

    /** The files of {@code folder}, held in memory, in a server that has nothing else. */
    static FileServer alone(Path folder) {
        return start(files(new ResourceHandler(), folder));
    }

    URI address() {
        return address;
    }

    @Override
    public void close() {
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new BenchmarkFailure("stop the server of static files", e);
        }
    }

    private static FileServer start(Handler handler) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, FEWEST_THREADS);
        threads.setDaemon(true);
        Server jetty = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(handler);
        try {
            jetty.start();
        } catch (Exception e) {
            throw new BenchmarkFailure("serve static files", e);
        }
        return new FileServer(jetty, URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/"));
    }

    private static Handler files(ResourceHandler handler, Path folder) {
        handler.setBaseResource(ResourceFactory.root().newResource(folder));
        handler.setEtags(true);
        return handler;
    }

    private static final class OpeningHandler extends ResourceHandler {
        @Override
        protected HttpContent.Factory newHttpContentFactory(ByteBufferPool.Sized buffers) {
            return new ResourceHttpContentFactory(getBaseResource(), getMimeTypes(), buffers);
        }
    }
}
