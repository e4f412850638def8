package org.armlib.benchmarks.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.armlib.benchmarks.BenchmarkFailure;

/** Many clients, served by one thread: each has a connection, asks once over it, and is answered once. */
final class Crowd implements AutoCloseable {
    private static final int OTHER_FILES = 500;
    private static final int BUFFER = 1 << 16;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private final List<SocketChannel> connections = new ArrayList<>();
    private final Selector selector;
    private final URI server;

    /** What was answered, by client. */
    record Answer(long nanos, String text) {
        boolean isOk() {
            return text.matches("(?s)HTTP/1\\.1 20[02] .*");
        }
    }

    private static final class Client {
        private final int index;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream(1024);

        Client(int index) {
            this.index = index;
        }

        boolean isAnswered() {
            String text = received.toString(StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                return false;
            }
            Matcher length = LENGTH.matcher(text.substring(0, end + 2));
            return length.find() && received.size() >= end + 4 + Integer.parseInt(length.group(1));
        }
    }

    /** Nobody yet, where {@code size} are to come. */
    Crowd(URI server, int size) {
        checkFiles(size);
        this.server = server;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new BenchmarkFailure("begin", e);
        }
    }

    /** So many who are connected, and have not asked yet. */
    static Crowd of(URI server, int size) {
        Crowd crowd = new Crowd(server, size);
        for (int i = 0; i < size; i++) {
            crowd.connect();
        }
        return crowd;
    }

    /** One more connects, and asks at once. */
    void join(String request) {
        SocketChannel connection = connect();
        send(connection, request);
    }

    /** Has each send the same request. */
    void ask(String request) {
        connections.forEach(connection -> send(connection, request));
    }

    private SocketChannel connect() {
        try {
            SocketChannel connection = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
            connection.configureBlocking(false);
            connection.register(selector, SelectionKey.OP_READ, new Client(connections.size()));
            connections.add(connection);
            return connection;
        } catch (IOException e) {
            throw new BenchmarkFailure("connect client " + connections.size(), e);
        }
    }

    private static void send(SocketChannel connection, String request) {
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
        try {
            if (connection.write(bytes) < bytes.limit()) {
                throw new BenchmarkFailure("a request did not fit into the buffer of its connection");
            }
        } catch (IOException e) {
            throw new BenchmarkFailure("send a request", e);
        }
    }

    /** What each is answered, timed from the call of this method; returns when all are, or the patience is over. */
    List<Answer> answers(int patienceSeconds) {
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(patienceSeconds);
        List<Answer> answers = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (answers.size() < connections.size() && System.nanoTime() < end) {
                selector.select(key -> receive(key, buffer, begin, answers), 1000);
            }
        } catch (IOException e) {
            throw new BenchmarkFailure("wait for answers", e);
        }
        return answers;
    }

    @Override
    public void close() {
        try {
            for (SocketChannel connection : connections) {
                connection.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new BenchmarkFailure("close connections", e);
        }
    }

    private static void receive(SelectionKey key, ByteBuffer buffer, long begin, List<Answer> answers) {
        Client client = (Client) key.attachment();
        try {
            buffer.clear();
            if (((SocketChannel) key.channel()).read(buffer) < 0) {
                throw new EOFException();
            }
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            client.received.write(bytes);
        } catch (IOException e) {
            throw new BenchmarkFailure("read the answer to client " + client.index, e);
        }
        if (client.isAnswered()) {
            answers.add(new Answer(System.nanoTime() - begin, client.received.toString(StandardCharsets.UTF_8)));
            key.cancel();
        }
    }

    /** A JVM has as many files as the hard limit allows. */
    private static void checkFiles(int size) {
        String limit;
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            limit = lines.filter(line -> line.startsWith("Max open files"))
                    .findFirst()
                    .orElseThrow()
                    .strip()
                    .split("\\s+", -1)[4];
        } catch (IOException e) {
            throw new BenchmarkFailure("read how many files may be open", e);
        }
        if (!limit.equals("unlimited") && Long.parseLong(limit) < size + OTHER_FILES) {
            throw new BenchmarkFailure("only " + limit + " files may be open, " + (size + OTHER_FILES)
                    + " are needed: raise it with ulimit -Hn, or in /etc/security/limits.conf");
        }
    }
}
