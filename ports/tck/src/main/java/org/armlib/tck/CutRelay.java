package org.armlib.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A relay that forwards connections to a server, and ends all of them while it is cut. Thread-safe. */
public final class CutRelay implements AutoCloseable {
    private final URI server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** Starts a relay to the host and port of {@code server}, on a free port of this machine. */
    public CutRelay(URI server) {
        this.server = server;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** Returns the address of the relay. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Ends all connections, and those that come later as soon as they are there. */
    public void cut() {
        cut = true;
        sockets.forEach(CutRelay::end);
    }

    /** Forwards connections again. */
    public void mend() {
        cut = false;
    }

    /** Ends all connections and the relay. */
    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                if (cut) {
                    end(client);
                } else {
                    Socket target = new Socket(server.getHost(), server.getPort());
                    sockets.add(target);
                    start(() -> forward(client, target));
                    start(() -> forward(target, client));
                }
            } catch (IOException e) {
                // Closed, or the client was gone before it was served.
            }
        }
    }

    private void forward(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Cut, or one side has ended it.
        } finally {
            end(from);
            end(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cut-relay");
        thread.setDaemon(true);
        thread.start();
    }
}
