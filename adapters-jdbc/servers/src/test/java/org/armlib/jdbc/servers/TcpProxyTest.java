package org.armlib.jdbc.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpProxyTest {
    private static final long SEED = 20_260_101;
    private static final int LARGE = 300_000;

    /** What the server was sent, one array a connection, told when the connection has ended. */
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

    private final Random random = new Random(SEED);
    private ServerSocket server = newServer();
    private TcpProxy proxy = TcpProxy.to("127.0.0.1", server.getLocalPort());

    private final Thread echo = new Thread(this::echoEach, "echo");

    @BeforeEach
    void serve() {
        echo.setDaemon(true);
        echo.start();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void everything_passes_unless_told_otherwise() throws Exception {
        byte[] sent = bytes(LARGE);

        assertThat(exchange(sent)).isEqualTo(sent);
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(sent);
        assertThat(proxy.cuts()).isZero();
    }

    @Test
    void the_next_connection_is_cut_at_the_byte_and_those_after_it_are_not() throws Exception {
        byte[] sent = bytes(10);
        proxy.cutNextAfter(7);

        exchange(sent);

        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(Arrays.copyOf(sent, 7));
        assertThat(proxy.cuts()).isEqualTo(1);
        assertThat(exchange(sent)).isEqualTo(sent);
        assertThat(proxy.cuts()).isEqualTo(1);
    }

    @Test
    void the_bytes_of_both_directions_count() throws Exception {
        byte[] sent = bytes(10);
        proxy.cutNextAfter(16);

        assertThat(exchange(sent)).isEqualTo(Arrays.copyOf(sent, 6));
        assertThat(proxy.cuts()).isEqualTo(1);
    }

    @Test
    void the_last_byte_passes_before_the_cut() throws Exception {
        byte[] sent = bytes(10);
        proxy.cutNextAfter(20);

        assertThat(exchange(sent)).isEqualTo(sent);
        await().untilAsserted(() -> assertThat(proxy.cuts()).isEqualTo(1));
    }

    @Test
    void each_connection_is_cut_where_the_caller_says() throws Exception {
        Random limits = new Random(SEED);
        proxy.cutEachAfter(() -> random.nextInt(100));
        for (int i = 1; i <= 50; i++) {
            int limit = limits.nextInt(100);
            byte[] sent = new byte[100];
            Arrays.fill(sent, (byte) i);

            exchange(sent);

            assertThat(received.poll(10, TimeUnit.SECONDS))
                    .as("connection %s with seed %s", i, SEED)
                    .isEqualTo(Arrays.copyOf(sent, limit));
            assertThat(proxy.cuts()).isEqualTo(i);
        }

        proxy.letPass();

        assertThat(exchange(bytes(100))).hasSize(100);
        assertThat(proxy.cuts()).isEqualTo(50);
    }

    @Test
    void what_is_connected_passes_too_once_all_may() throws Exception {
        proxy.cutNextAfter(15);
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(5));
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);

            proxy.letPass();

            client.getOutputStream().write(bytes(LARGE));
            assertThat(client.getInputStream().readNBytes(LARGE)).hasSize(LARGE);
        }
        assertThat(proxy.cuts()).isZero();
    }

    @Test
    void without_a_server_the_client_is_turned_away_and_nothing_was_cut() throws Exception {
        server.close();
        // A thread that waits in accept holds the listening socket until it wakes, and may take one more client.
        echo.join();

        assertThat(exchange(bytes(10))).isEmpty();
        assertThat(proxy.cuts()).isZero();
    }

    @Test
    void a_url_leads_by_way_of_the_proxy() {
        String target = "jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + "/armlib_1?user=postgres";

        assertThat(proxy.through(target))
                .isEqualTo("jdbc:postgresql://127.0.0.1:" + proxy.port() + "/armlib_1?user=postgres");
    }

    @Test
    void close_ends_the_connections_and_the_threads() throws Exception {
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(5));
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
            assertThat(proxyThreads()).isEqualTo(3);

            proxy.close();

            assertThat(restOf(client)).isEmpty();
        }
        await().untilAsserted(() -> assertThat(proxyThreads()).isZero());
        assertThatThrownBy(() -> connect().close()).isInstanceOf(IOException.class);
        assertThat(proxy.cuts()).isZero();
    }

    private long proxyThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tcp-proxy-" + proxy.port() + "-"))
                .count();
    }

    /** Sends bytes, then reads what comes back until the connection ends. */
    private byte[] exchange(byte[] sent) throws IOException, InterruptedException {
        try (Socket client = connect()) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            Thread reader = new Thread(() -> answer.writeBytes(restOf(client)), "reader");
            reader.start();
            try {
                client.getOutputStream().write(sent);
                client.shutdownOutput();
            } catch (IOException e) {
                // Cut before all was written.
            }
            // Its reads end by themselves: the socket has a timeout.
            reader.join();
            return answer.toByteArray();
        }
    }

    private static byte[] restOf(Socket socket) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        byte[] buffer = new byte[1000];
        try {
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                rest.write(buffer, 0, read);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection does not end", e);
        } catch (IOException e) {
            // Cut while the other side had something to say: an end as good as any.
        }
        return rest.toByteArray();
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void echoEach() {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                received.add(echo(connection));
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    private static byte[] echo(Socket connection) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[1000];
        try {
            for (int read = connection.getInputStream().read(buffer);
                    read >= 0;
                    read = connection.getInputStream().read(buffer)) {
                all.write(buffer, 0, read);
                connection.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException e) {
            // Cut.
        }
        return all.toByteArray();
    }

    private static ServerSocket newServer() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
