package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An upstream that answers every call and records its request line, byte for byte. */
final class RequestLines implements AutoCloseable {
    private final ServerSocket socket;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    RequestLines() throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "request-lines");
        thread.setDaemon(true);
        thread.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** The target of each call in its order, {@code /path?query}. */
    List<String> targets() {
        return lines.stream()
                .map(line -> line.substring("GET ".length(), line.length() - " HTTP/1.1".length()))
                .toList();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                answer(connection);
            } catch (IOException e) {
                // Closed, or the client has gone.
            }
        }
    }

    private void answer(Socket connection) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
        String first = in.readLine();
        String header = first;
        while (header != null && !header.isEmpty()) {
            header = in.readLine();
        }
        if (first != null) {
            lines.add(first);
            connection
                    .getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
                                    + "Connection: close\r\n\r\nok")
                            .getBytes(ISO_8859_1));
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
