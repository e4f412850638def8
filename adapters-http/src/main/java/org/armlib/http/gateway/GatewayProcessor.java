package org.armlib.http.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.armlib.domain.RequestKey;
import org.armlib.http.gateway.Tracing.Traced;
import org.armlib.ports.Job;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.UpstreamProbe;
import org.armlib.ports.UpstreamUnavailableException;

/**
 * The gateway: runs a request as {@code GET {upstream}{requestUri}?{parameters}} against one HTTP API, and nothing else.
 *
 * <p>Where the settings name formats, there is one call for each, and all of them make one result; an answer of another
 * media type is a failure.
 *
 * <p>The answer's body streams into the format that its media type names, byte for byte; an answer that comes with
 * {@code Content-Encoding: gzip} although none was asked for is decoded, any other encoding is refused. A
 * {@code 204 No Content} is an empty result of the format {@code bin}.
 *
 * <p>What follows from an answer that is no result:
 *
 * <ul>
 *   <li>No connection, {@code 503} and {@code 429}: {@link UpstreamUnavailableException}. Until what {@code Retry-After}
 *       asks for has passed, one second if it asks for nothing, the upstream counts as {@linkplain #isAvailable
 *       unavailable}. A rate limit concerns all requests, so it holds the queue, too, and spends no attempts.
 *   <li>Other {@code 5xx}, {@code 408}, a time limit, an answer that breaks off: {@link GatewayException}, another
 *       attempt may follow.
 *   <li>Everything else, an answer beyond the size limit, a redirect out of the upstream, a request URI that is not
 *       allowed or not safe: {@link PermanentFailureException}, with the upstream's message where it has one.
 * </ul>
 *
 * <p>A job that is abandoned, or whose thread is interrupted, ends at once and closes its connection. Time limits are
 * kept by the calling thread. Thread-safe; holds nothing that must be closed.
 *
 * <p>The upstream is told the trace that a request was submitted in (W3C Trace Context). With an SDK of OpenTelemetry a
 * run is a span {@code armlib.request} of that trace, and each of its calls a span within.
 */
public final class GatewayProcessor implements RequestProcessor, UpstreamProbe {
    private static final int BUFFER = 64 * 1024;

    private final GatewaySettings settings;
    private final MeterRegistry registry;
    private final Upstream upstream;
    private final List<WantedFormat> wanted;
    private final HoldOff holdOff = new HoldOff();
    private final Tracing tracing;
    private final LongSupplier nanoTime;
    private final HttpClient client;

    /** A gateway as {@code settings} describe it, which measures nothing; connects to nothing yet. */
    public GatewayProcessor(GatewaySettings settings) {
        this(settings, new CompositeMeterRegistry());
    }

    /**
     * A gateway that measures its calls into {@code registry}; connects to nothing yet. It traces by the global instance of
     * OpenTelemetry, which may be set later, or never.
     */
    public GatewayProcessor(GatewaySettings settings, MeterRegistry registry) {
        this(settings, registry, new Tracing(GlobalOpenTelemetry::getOrNoop), System::nanoTime);
    }

    /** A gateway that measures its calls into {@code registry} and traces by {@code telemetry}; connects to nothing yet. */
    public GatewayProcessor(GatewaySettings settings, MeterRegistry registry, OpenTelemetry telemetry) {
        this(settings, registry, new Tracing(() -> telemetry), System::nanoTime);
    }

    GatewayProcessor(GatewaySettings settings, LongSupplier nanoTime) {
        this(settings, new CompositeMeterRegistry(), new Tracing(OpenTelemetry::noop), nanoTime);
    }

    private GatewayProcessor(GatewaySettings settings, MeterRegistry registry, Tracing tracing, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.registry = registry;
        this.tracing = tracing;
        this.upstream = new Upstream(settings);
        this.wanted = WantedFormat.of(settings);
        // HTTP/1.1 has one answer a connection, so that giving an answer up frees the upstream of it.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /**
     * Runs one request.
     *
     * @throws PermanentFailureException if no attempt can succeed
     * @throws UpstreamUnavailableException if the upstream does not work at present
     * @throws GatewayException if another attempt may succeed
     * @throws IOException if the result cannot be written
     * @throws InterruptedException if the thread was interrupted
     */
    @Override
    public void process(Job job) throws IOException, InterruptedException {
        Watch watch = new Watch(job, settings.timeout(), nanoTime);
        Traced request = tracing.request(job);
        try {
            for (int call = 0; call < wanted.size(); call++) {
                run(job, wanted.get(call), new Share(call, wanted.size()), watch);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            request.failed(e);
            throw e;
        } finally {
            request.end();
        }
    }

    private void run(Job job, WantedFormat format, Share share, Watch watch) throws IOException, InterruptedException {
        URI target = target(job, format);
        for (int redirects = 0; ; redirects++) {
            UpstreamCall call = new UpstreamCall(tracing.call(target), registry);
            try {
                HttpResponse<Body> response = send(target, format, watch, call);
                try (Body body = response.body()) {
                    if (isRedirect(response.statusCode())) {
                        target = redirect(response, job.request().key(), redirects);
                    } else {
                        take(response, body, job, format, share, watch);
                        return;
                    }
                }
            } catch (IOException | InterruptedException | RuntimeException e) {
                call.failed(e);
                throw e;
            } finally {
                call.end();
            }
        }
    }

    private void take(HttpResponse<Body> response, Body body, Job job, WantedFormat format, Share share, Watch watch)
            throws IOException, InterruptedException {
        int status = response.statusCode();
        if (status == 200 || status == 203) {
            store(response, body, job, format, share, watch);
        } else if (status == 204) {
            job.format(
                            format.name().orElse(MediaTypes.format(MediaTypes.UNKNOWN)),
                            format.name().flatMap(MediaTypes::ofFormat).orElse(MediaTypes.UNKNOWN))
                    .close();
        } else {
            throw failure(response, job.request().key());
        }
    }

    /** Whether the upstream answers, with anything but 503 and 429, and does not ask to be left alone. */
    @Override
    public boolean isAvailable() {
        if (holdOff.isActive()) {
            return false;
        }
        HttpRequest.Builder request = settings.probePath().isPresent()
                ? request(upstream.at(settings.probePath().get()), settings.accept())
                        .GET()
                : request(upstream.base(), settings.accept()).method("HEAD", HttpRequest.BodyPublishers.noBody());
        try {
            HttpResponse<InputStream> response = client.send(
                    request.timeout(settings.connectTimeout()).build(), HttpResponse.BodyHandlers.ofInputStream());
            response.body().close();
            return !isUnavailable(response.statusCode());
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private URI target(Job job, WantedFormat format) {
        try {
            return upstream.resolve(job.request(), format);
        } catch (UnsafePathException e) {
            throw new PermanentFailureException(
                    job.request().key(), "the request URI " + e.getMessage() + ", it is not passed on");
        }
    }

    private URI redirect(HttpResponse<Body> response, RequestKey key, int redirects) {
        String location = response.headers().firstValue("location").orElse("");
        String shown = "the upstream redirects to '" + UpstreamMessage.clean(location) + "', which ";
        if (redirects >= settings.maxRedirects()) {
            throw new PermanentFailureException(
                    key,
                    shown + "is one redirect more than the " + settings.maxRedirects()
                            + " that the setting max-redirects allows");
        }
        try {
            return upstream.redirect(response.uri(), location);
        } catch (UnsafePathException e) {
            throw new PermanentFailureException(key, shown + e.getMessage() + "; it is not followed");
        }
    }

    private HttpResponse<Body> send(URI target, WantedFormat format, Watch watch, UpstreamCall call)
            throws InterruptedException {
        HttpRequest.Builder request = request(target, format.accept()).GET();
        call.tell(request);
        CompletableFuture<HttpResponse<Body>> answer =
                client.sendAsync(request.build(), head -> new Body(watch, settings.idleTimeout(), settings.maxSize()));
        try {
            while (true) {
                try {
                    HttpResponse<Body> response = answer.get(watch.check(), TimeUnit.NANOSECONDS);
                    call.answered(response.statusCode());
                    return response;
                } catch (TimeoutException e) {
                    // Not yet: the watch says whether to go on.
                }
            }
        } catch (ExecutionException e) {
            throw notAnswered(e.getCause() == null ? e : e.getCause(), watch.key());
        } catch (InterruptedException | GatewayException e) {
            if (!answer.cancel(true) && !answer.isCompletedExceptionally()) {
                answer.join().body().close();
            }
            throw e;
        }
    }

    private HttpRequest.Builder request(URI target, Optional<String> accept) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target).header("Accept-Encoding", "identity");
        accept.ifPresent(ranges -> request.header("Accept", ranges));
        settings.headers().forEach(request::header);
        return request;
    }

    private void store(HttpResponse<Body> response, Body body, Job job, WantedFormat format, Share share, Watch watch)
            throws IOException, InterruptedException {
        RequestKey key = watch.key();
        OptionalLong length = length(response);
        if (length.orElse(0) > settings.maxSize()) {
            throw Body.tooLarge(watch, settings.maxSize());
        }
        if (length.isEmpty()
                && response.headers().firstValue("transfer-encoding").isEmpty()
                && !settings.acceptCloseDelimited()) {
            throw new PermanentFailureException(
                    key,
                    "the upstream's answer has neither Content-Length nor chunks, so that one cut short could not be"
                            + " told from a whole one; the setting accept-close-delimited accepts it");
        }
        String contentType = response.headers()
                .firstValue("content-type")
                .map(UpstreamMessage::clean)
                .filter(type -> !type.isEmpty())
                .orElse(MediaTypes.UNKNOWN);
        String name = format.nameFor(contentType)
                .orElseThrow(() -> new PermanentFailureException(
                        key,
                        "the upstream was asked for " + format.name().orElseThrow() + " and answered with "
                                + contentType));
        Transfer transfer = new Transfer(body, job, watch, length, settings.maxSize(), share);
        InputStream content = decoded(response, transfer, body, key);
        try (OutputStream out = job.format(name, contentType)) {
            transfer.copy(content, out);
        }
    }

    private static InputStream decoded(HttpResponse<Body> response, Transfer transfer, Body body, RequestKey key)
            throws InterruptedException {
        String encoding = String.join(",", response.headers().allValues("content-encoding"))
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> transfer.reading(() -> new GZIPInputStream(body, BUFFER));
            default ->
                throw new PermanentFailureException(
                        key,
                        "the upstream's answer is encoded as '" + UpstreamMessage.clean(encoding)
                                + "', which was not asked for and cannot be decoded");
        };
    }

    private RuntimeException failure(HttpResponse<Body> response, RequestKey key) {
        int status = response.statusCode();
        String message = "the upstream answered " + status + UpstreamMessage.of(response.headers(), response.body());
        if (isUnavailable(status)) {
            holdOff.begin(response.headers());
            return new UpstreamUnavailableException(message);
        }
        if (status >= 500 || status == 408) {
            return new GatewayException(key, message);
        }
        return new PermanentFailureException(
                key, status >= 400 ? message : "only 200, 203 and 204 are results, but " + message);
    }

    private RuntimeException notAnswered(Throwable cause, RequestKey key) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof ConnectException
                    || t instanceof HttpConnectTimeoutException
                    || t instanceof NoRouteToHostException
                    || t instanceof UnknownHostException
                    || t instanceof UnresolvedAddressException
                    || t instanceof SSLHandshakeException
                    || t instanceof SSLPeerUnverifiedException) {
                return new UpstreamUnavailableException(
                        "cannot connect to " + upstream.base() + " (" + describe(t) + ")", cause);
            }
        }
        return new GatewayException(key, "the upstream did not answer (" + describe(cause) + ")", cause);
    }

    private static String describe(Throwable t) {
        String message = t.getMessage();
        return message == null || message.isBlank() ? t.getClass().getSimpleName() : UpstreamMessage.clean(message);
    }

    private static OptionalLong length(HttpResponse<Body> response) {
        return response.headers().firstValueAsLong("content-length");
    }

    private static boolean isUnavailable(int status) {
        return status == 503 || status == 429;
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Which of how many calls one is, so that progress goes over all of them. */
    private record Share(int call, int of) {
        double total(double fraction) {
            return (call + fraction) / of;
        }
    }

    /** Carries one body from the upstream to the result, and tells failures to read from failures to write. */
    private static final class Transfer {
        private static final long REPORT_EVERY = 1 << 20;

        private final Body body;
        private final Job job;
        private final Watch watch;
        private final OptionalLong length;
        private final long maxSize;
        private final Share share;
        private long reported;

        @FunctionalInterface
        private interface Reading<T> {
            T get() throws IOException;
        }

        Transfer(Body body, Job job, Watch watch, OptionalLong length, long maxSize, Share share) {
            this.body = body;
            this.job = job;
            this.watch = watch;
            this.length = length;
            this.maxSize = maxSize;
            this.share = share;
        }

        void copy(InputStream content, OutputStream out) throws IOException, InterruptedException {
            byte[] buffer = new byte[BUFFER];
            long written = 0;
            int count;
            while ((count = reading(() -> content.read(buffer))) >= 0) {
                written += count;
                if (written > maxSize) {
                    throw Body.tooLarge(watch, maxSize);
                }
                out.write(buffer, 0, count);
                report();
            }
            // A decoder may stop ahead of the end, and only the end tells that the answer is whole.
            while (reading(() -> body.read(buffer)) >= 0) {
                report();
            }
        }

        <T> T reading(Reading<T> reading) throws InterruptedException {
            try {
                return reading.get();
            } catch (InterruptedIOException e) {
                // The caller is told by the exception, no longer by the flag.
                Thread.interrupted();
                InterruptedException interrupted = new InterruptedException("interrupted while reading the answer");
                interrupted.initCause(e);
                throw interrupted;
            } catch (IOException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new GatewayException(
                        watch.key(),
                        "the upstream's answer is not whole: it ended after " + body.received() + " bytes ("
                                + describe(cause) + ")",
                        e);
            }
        }

        private void report() {
            long received = body.received();
            long step = Math.min(REPORT_EVERY, Math.max(length.orElse(REPORT_EVERY) / 100, 1));
            if (received - reported >= step) {
                reported = received;
                double fraction = length.isPresent() ? (double) received / Math.max(length.getAsLong(), 1) : 0;
                job.progress(share.total(fraction), received + " bytes received");
            }
        }
    }
}
