package org.armlib.jdbc.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Forwards connections to a server and cuts them after a number of bytes: what an unreliable network does, at a place
 * of one's choice. Lets everything pass until it is told otherwise.
 *
 * <p>The bytes of both directions count together. When a connection's last one was forwarded, both of its ends are
 * closed; what either side sends beyond it is lost.
 *
 * <p>All methods may be called by any thread.
 */
public final class TcpProxy implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final long NEVER = Long.MAX_VALUE;

    private final String targetHost;
    private final int targetPort;
    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Queue<Long> next = new ArrayDeque<>();
    private LongSupplier each = () -> NEVER;
    private final AtomicInteger cuts = new AtomicInteger();

    private TcpProxy(String targetHost, int targetPort, ServerSocket listener) {
        this.targetHost = targetHost;
        this.targetPort = targetPort;
        this.listener = listener;
    }

    /**
     * Listens on a free port of the loopback interface and forwards to a server, which need not run yet.
     *
     * @throws UncheckedIOException if it cannot listen
     */
    public static TcpProxy to(String host, int port) {
        try {
            TcpProxy proxy = new TcpProxy(host, port, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            proxy.start("accept", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    /** A URL of the server as it is by way of this proxy: another host and port, all else the same. */
    public String through(String url) {
        return url.replace(targetHost + ":" + targetPort, HOST + ":" + port());
    }

    /**
     * Cuts one connection, the next that comes. Said more than once, it cuts as many, in that order; those after them are
     * treated as said before.
     *
     * @param bytes how many pass before the cut; at zero, none
     */
    public synchronized void cutNextAfter(long bytes) {
        next.add(bytes);
    }

    /**
     * Cuts each connection that comes from now on.
     *
     * @param bytes says for each how many pass before the cut; is asked by one thread at a time
     */
    public synchronized void cutEachAfter(LongSupplier bytes) {
        each = bytes;
    }

    /** Cuts nothing any more, nor what is connected. */
    public synchronized void letPass() {
        next.clear();
        each = () -> NEVER;
        links.forEach(link -> link.left.set(NEVER));
    }

    /**
     * Drops from now on all that today's connections carry, their ends included, as a firewall does that has forgotten
     * them: neither side sees anything. Connections that come later pass.
     */
    public synchronized void freeze() {
        links.forEach(link -> link.frozen = true);
    }

    /** Cuts today's connections, and each that comes later as soon as it is there; {@link #letPass} ends that. */
    public synchronized void cutAll() {
        each = () -> 0;
        List.copyOf(links).forEach(Link::cut);
    }

    /** How many connections it has cut. */
    public int cuts() {
        return cuts.get();
    }

    /** Ends all connections, which are not counted as cut, and listens no more. */
    @Override
    public synchronized void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            links.forEach(Link::close);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                admit(listener.accept());
            } catch (IOException e) {
                // The listener was closed, which ends the loop, or this one client was gone before it was served.
            }
        }
    }

    private void admit(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(targetHost, targetPort);
        } catch (IOException e) {
            // As good as the answer that the client would have had without a proxy.
            client.close();
            return;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        synchronized (this) {
            Long once = next.poll();
            Link link = new Link(client, server, once == null ? each.getAsLong() : once);
            links.add(link);
            if (listener.isClosed()) {
                link.close();
            } else {
                link.open();
            }
        }
    }

    private void start(String what, Runnable task) {
        Thread thread = new Thread(task, "tcp-proxy-" + port() + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private final class Link {
        private static final int BUFFER = 16 * 1024;

        private final Socket client;
        private final Socket server;
        private final AtomicLong left;
        private final AtomicInteger directions = new AtomicInteger(2);
        private volatile boolean frozen;

        Link(Socket client, Socket server, long limit) {
            this.client = client;
            this.server = server;
            this.left = new AtomicLong(limit);
        }

        void open() {
            if (left.get() <= 0) {
                cut();
                return;
            }
            start("up", () -> forward(client, server));
            start("down", () -> forward(server, client));
        }

        private void forward(Socket from, Socket to) {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int read = from.getInputStream().read(buffer);
                        read >= 0;
                        read = from.getInputStream().read(buffer)) {
                    if (frozen) {
                        continue;
                    }
                    int length = read;
                    long before = left.getAndUpdate(bytes -> Math.max(0, bytes - length));
                    if (before == 0) {
                        // The other direction has the last byte, and cuts when it is through.
                        return;
                    }
                    to.getOutputStream().write(buffer, 0, (int) Math.min(before, length));
                    if (before <= length) {
                        cut();
                        return;
                    }
                }
                if (frozen) {
                    return;
                }
                to.shutdownOutput();
            } catch (IOException e) {
                if (frozen) {
                    return;
                }
                // One of the two is gone, and so is then the connection.
                close();
            }
            if (directions.decrementAndGet() == 0) {
                close();
            }
        }

        private void cut() {
            cuts.incrementAndGet();
            close();
        }

        void close() {
            links.remove(this);
            try (client;
                    server) {
                // Both, whatever becomes of the first.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
