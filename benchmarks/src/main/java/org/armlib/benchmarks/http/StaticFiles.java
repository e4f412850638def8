package org.armlib.benchmarks.http;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.armlib.benchmarks.BenchmarkFailure;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.http.content.ResourceHttpContentFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The files of a folder, served by Jetty itself with threads and a connector as the HTTP API has them. */
final class StaticFiles implements AutoCloseable {
    private static final int THREADS = 100;
    private static final int FEWEST_THREADS = 8;

    private final Server jetty;
    private final URI address;

    private StaticFiles(Server jetty, URI address) {
        this.jetty = jetty;
        this.address = address;
    }

    /** As Jetty does it if not told otherwise: from memory, with a look at the file once a second. */
    static StaticFiles fromMemory(Path folder) {
        return serve(folder, new ResourceHandler());
    }

    /** Looked at and opened for each call. */
    static StaticFiles fromDisk(Path folder) {
        return serve(folder, new OpeningHandler());
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

    private static StaticFiles serve(Path folder, ResourceHandler handler) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, FEWEST_THREADS);
        threads.setDaemon(true);
        Server jetty = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        try {
            Files.createDirectories(folder);
            handler.setBaseResource(ResourceFactory.of(jetty).newResource(folder));
            handler.setEtags(true);
            jetty.setHandler(handler);
            jetty.start();
        } catch (Exception e) {
            throw new BenchmarkFailure("serve static files", e);
        }
        return new StaticFiles(jetty, URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/"));
    }

    private static final class OpeningHandler extends ResourceHandler {
        @Override
        protected HttpContent.Factory newHttpContentFactory(ByteBufferPool.Sized buffers) {
            return new ResourceHttpContentFactory(getBaseResource(), getMimeTypes(), buffers);
        }
    }
}
