package org.armlib.http.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.armlib.domain.RequestKey;
import org.armlib.ports.UpstreamUnavailableException;

/**
 * Sends requests to the upstream and waits for the beginning of the response, within the time limits. Thread-safe.
 *
 * <p>A connection that closes before the first byte of a response is replaced by the JDK's client, which then sends the
 * request, a GET, once more.
 */
final class UpstreamClient {
    private final GatewaySettings settings;
    private final URI base;
    private final ClientRotation clients;

    UpstreamClient(GatewaySettings settings, URI base, LongSupplier nanoTime) {
        this.settings = settings;
        this.base = base;
        this.clients = new ClientRotation(() -> client(settings), settings.keepAlive(), nanoTime);
    }

    private static HttpClient client(GatewaySettings settings) {
        // HTTP/1.1 has one answer a connection, so that giving an answer up frees the upstream of it.
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /** Begins the use of a connection; it ends when the body of the response has been read or given up. */
    ClientRotation.Use use() {
        return clients.use();
    }

    /**
     * Sends a request and waits for the head of the response.
     *
     * @throws UpstreamUnavailableException if no connection can be made
     * @throws GatewayException if a time limit is over, the job is abandoned, or the connection breaks
     */
    HttpResponse<Body> send(ClientRotation.Use use, URI target, Optional<String> accept, Run run, UpstreamCall call)
            throws InterruptedException {
        Watch watch = run.watch();
        HttpRequest.Builder request = request(target, accept).GET();
        call.tell(request);
        long sent = watch.nanoTime();
        CompletableFuture<HttpResponse<Body>> answer = use.client()
                .sendAsync(request.build(), head -> new Body(watch, settings.idleTimeout(), settings.maxSize()));
        try {
            while (true) {
                try {
                    HttpResponse<Body> response =
                            answer.get(Math.min(watch.check(), left(sent, watch)), TimeUnit.NANOSECONDS);
                    call.answered(response.statusCode());
                    return response;
                } catch (TimeoutException e) {
                    // Not yet: the watch says whether to go on.
                }
            }
        } catch (ExecutionException e) {
            throw notAnswered(e.getCause() == null ? e : e.getCause(), run);
        } catch (InterruptedException | GatewayException e) {
            if (!answer.cancel(true) && !answer.isCompletedExceptionally()) {
                answer.join().body().close();
            }
            throw e;
        }
    }

    /** Returns the status of the response to a probe, which its body does not follow. */
    int probe(URI target, String method) throws IOException, InterruptedException {
        HttpRequest request = request(target, settings.accept())
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(settings.connectTimeout())
                .build();
        try (ClientRotation.Use use = use()) {
            HttpResponse<InputStream> response = use.client().send(request, HttpResponse.BodyHandlers.ofInputStream());
            response.body().close();
            return response.statusCode();
        }
    }

    private long left(long sent, Watch watch) {
        Duration limit = settings.firstByteTimeout();
        long left = limit.toNanos() - (watch.nanoTime() - sent);
        if (left <= 0) {
            throw new GatewayException(
                    watch.key(),
                    "the upstream did not begin to answer within " + limit
                            + ", the limit that the setting first-byte-timeout sets");
        }
        return left;
    }

    private HttpRequest.Builder request(URI target, Optional<String> accept) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target).header("Accept-Encoding", "identity");
        accept.ifPresent(ranges -> request.header("Accept", ranges));
        settings.headers().forEach(request::header);
        return request;
    }

    private RuntimeException notAnswered(Throwable cause, Run run) {
        Optional<Throwable> unconnected = unconnected(cause);
        if (unconnected.isPresent()) {
            return new UpstreamUnavailableException(
                    "cannot connect to " + base + " (" + describe(unconnected.get(), run.secrets()) + ")", cause);
        }
        RequestKey key = run.watch().key();
        return new GatewayException(key, "the upstream did not answer (" + describe(cause, run.secrets()) + ")", cause);
    }

    /** Returns what kept a connection from being made, if that was the problem. */
    static Optional<Throwable> unconnected(Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof ConnectException
                    || t instanceof HttpConnectTimeoutException
                    || t instanceof NoRouteToHostException
                    || t instanceof UnknownHostException
                    || t instanceof UnresolvedAddressException
                    || t instanceof SSLHandshakeException
                    || t instanceof SSLPeerUnverifiedException) {
                return Optional.of(t);
            }
        }
        return Optional.empty();
    }

    static String describe(Throwable t, SecretTexts secrets) {
        String message = t.getMessage();
        return message == null || message.isBlank()
                ? t.getClass().getSimpleName()
                : UpstreamMessage.shown(message, secrets);
    }
}
