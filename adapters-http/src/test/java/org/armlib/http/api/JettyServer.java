package org.armlib.http.api;

import java.net.URI;
import org.armlib.spi.Server;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.ServerConnector;

/** A web application in Eclipse Jetty, as an embedding program would have it. */
final class JettyServer implements Server {
    private final org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server();
    private final ServerConnector connector = new ServerConnector(jetty);

    JettyServer(ServletContextHandler application) {
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(application);
    }

    @Override
    public URI start() {
        try {
            jetty.start();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/");
    }

    @Override
    public void close() {
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
