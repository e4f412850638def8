package org.armlib.http.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server that answers whatever a test wants to see on the wire. */
final class RawServer implements AutoCloseable {
    /** Writes to one connection; it is closed when this returns. */
    @FunctionalInterface
    interface Answer {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch hungUp = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);

    private RawServer(Answer answer) {
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(() -> accept(answer));
    }

    static RawServer answering(Answer answer) {
        return new RawServer(answer);
    }

    static RawServer saying(String text) {
        return answering(out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Says {@code text}, and then nothing, until the client hangs up. */
    static RawServer stallingAfter(String text) {
        return new RawServer(out -> {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            throw new StallException();
        });
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    boolean awaitAsked() throws InterruptedException {
        return asked.await(30, TimeUnit.SECONDS);
    }

    /** Whether the client closes the connection, or resets it, within a long time. */
    boolean awaitHangUp() throws InterruptedException {
        return hungUp.await(30, TimeUnit.SECONDS);
    }

    private static final class StallException extends IOException {}

    private void accept(Answer answer) {
        while (over.getCount() > 0) {
            try {
                Socket connection = socket.accept();
                threads.execute(() -> serve(connection, answer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection, Answer answer) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            asked.countDown();
            try {
                answer.write(connection.getOutputStream());
                connection.getOutputStream().flush();
                connection.shutdownOutput();
            } catch (StallException e) {
                if (in.read() < 0) {
                    hungUp.countDown();
                }
            }
        } catch (IOException e) {
            hungUp.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
        threads.shutdownNow();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
