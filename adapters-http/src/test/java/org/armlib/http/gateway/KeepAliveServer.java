package org.armlib.http.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that keeps connections open and counts the requests on each, and behaves badly from some request on. */
final class KeepAliveServer implements AutoCloseable {
    /** What happens to a request instead of an answer. */
    enum Fate {
        /** It vanishes, as behind a NAT gateway that has forgotten the connection. */
        LOST,
        /** The server closes the connection. */
        CLOSED,
        /** The server resets the connection. */
        RESET
    }

    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 4\r\n\r\na,b\n";

    private final ServerSocket socket;
    private final int answers;
    private final Fate fate;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Integer> requests = new CopyOnWriteArrayList<>();

    private KeepAliveServer(int answers, Fate fate) {
        this.answers = answers;
        this.fate = fate;
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** Answers so many requests on each connection; what becomes of a further one is its {@code fate}. */
    static KeepAliveServer answering(int requests, Fate fate) {
        return new KeepAliveServer(requests, fate);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** The connections on which requests came, in their order, counted from 0. */
    List<Integer> requests() {
        return requests;
    }

    private void accept() {
        for (int connection = 0; ; connection++) {
            int number = connection;
            try {
                Socket accepted = socket.accept();
                threads.execute(() -> serve(accepted, number));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection, int number) {
        try (connection;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
            for (int request = 1; readRequest(in); request++) {
                requests.add(number);
                if (request <= answers) {
                    connection.getOutputStream().write(ANSWER.getBytes(StandardCharsets.ISO_8859_1));
                } else if (fate == Fate.RESET) {
                    connection.setSoLinger(true, 0);
                    return;
                } else if (fate == Fate.CLOSED) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client, or the end of the test, has closed it.
            return;
        }
    }

    private static boolean readRequest(BufferedReader in) throws IOException {
        String line = in.readLine();
        boolean any = line != null;
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        return any;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
