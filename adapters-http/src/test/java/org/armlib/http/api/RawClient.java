package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Speaks HTTP/1.1 over a connection that stays open, and sends whatever bytes it is given. */
final class RawClient implements AutoCloseable {
    private final URI server;
    private Optional<Connection> open = Optional.empty();

    RawClient(URI server) {
        this.server = server;
    }

    /** An answer; of a stream of events, its head. */
    record Answer(int status, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return String.join(", ", headers.getOrDefault(name, List.of()));
        }

        @Override
        public String toString() {
            return status + " " + headers + "\n" + body;
        }
    }

    private record Connection(Socket socket, InputStream in) {}

    /** What is answered to a request that is whole. */
    Answer call(byte[] request, boolean head) throws IOException {
        if (open.isPresent()) {
            // A server may close a connection that was used, at any time between two calls.
            Optional<Answer> answer = callOver(open.get(), request, head);
            if (answer.isPresent()) {
                return answer.get();
            }
            close();
        }
        open = Optional.of(connect());
        return callOver(open.get(), request, head)
                .orElseThrow(() -> new IOException("the server closed the connection and answered nothing"));
    }

    /** All that is answered to bytes over a connection of their own, after which the client has nothing more to say. */
    static String bytes(URI server, byte[] request) throws IOException {
        try (Socket own = new RawClient(server).connect().socket()) {
            own.getOutputStream().write(request);
            own.shutdownOutput();
            return new String(own.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @Override
    public void close() throws IOException {
        if (open.isPresent()) {
            open.get().socket().close();
            open = Optional.empty();
        }
    }

    private Connection connect() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(Site.PATIENCE * 1000);
        socket.setTcpNoDelay(true);
        return new Connection(socket, new BufferedInputStream(socket.getInputStream()));
    }

    /** Empty if the connection was closed before anything was answered. */
    private Optional<Answer> callOver(Connection connection, byte[] request, boolean head) throws IOException {
        try {
            connection.socket().getOutputStream().write(request);
        } catch (IOException e) {
            // Refused before all was sent; the answer may be there all the same.
            return read(connection, head);
        }
        return read(connection, head);
    }

    private Optional<Answer> read(Connection connection, boolean head) throws IOException {
        InputStream in = connection.in();
        String line;
        try {
            line = line(in);
            while (line.startsWith("HTTP/1.1 1")) {
                headers(in);
                line = line(in);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        if (line.isEmpty()) {
            return Optional.empty();
        }
        int status = Integer.parseInt(line.split(" ", 3)[1]);
        Answer start = new Answer(status, headers(in), "");
        boolean stream = start.header("Content-Type").startsWith("text/event-stream");
        boolean empty = head || stream || status == 204 || status == 304;
        Answer answer = new Answer(status, start.headers(), empty ? "" : content(in, start));
        if (start.header("Connection").contains("close") || (stream && !head)) {
            close();
        }
        return Optional.of(answer);
    }

    private static Map<String, List<String>> headers(InputStream in) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(":", 2);
            headers.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1].strip());
        }
        return headers;
    }

    private static String content(InputStream in, Answer start) throws IOException {
        if (start.header("Transfer-Encoding").isEmpty()) {
            String length = start.header("Content-Length");
            byte[] all = length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
            return new String(all, UTF_8);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int size;
        do {
            size = Integer.parseInt(line(in), 16);
            all.write(in.readNBytes(size));
            line(in);
        } while (size > 0);
        return all.toString(UTF_8);
    }

    /** The next line, empty at the end. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int read = in.read();
        while (read >= 0 && read != '\n') {
            line.write(read);
            read = in.read();
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }
}
