package org.armlib.http.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Redaction;
import org.armlib.domain.RequestKey;
import org.armlib.http.gateway.Tracing.Traced;
import org.armlib.http.gateway.Transfer.Share;
import org.armlib.ports.Job;
import org.armlib.ports.PermanentFailureException;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.RequestValidator;
import org.armlib.ports.UpstreamProbe;
import org.armlib.ports.UpstreamUnavailableException;

/**
 * The gateway: runs a request as {@code GET {upstream}{requestUri}?{parameters}} against one HTTP API, and nothing else.
 *
 * <p>Where the settings name formats, there is one call for each, and all of them make one result; an answer of another
 * media type is a failure.
 *
 * <p>The answer's body streams into the format that its media type names, byte for byte; an answer that comes with
 * {@code Content-Encoding: gzip} although none was asked for is decoded, unless its media type says that it is gzip itself
 * and it is compressed only once; any other encoding is refused. A {@code 204 No Content} is an empty result of the format
 * {@code bin}.
 *
 * <p>What follows from an answer that is no result:
 *
 * <ul>
 *   <li>No connection, {@code 503} and {@code 429}: {@link UpstreamUnavailableException}, with the delay that
 *       {@code Retry-After} asks for, if it does. Until that has passed no call is made: each run ends with that exception
 *       and the time that is left. A rate limit concerns all requests, so it holds the queue, too, and spends no attempts.
 *   <li>Other {@code 5xx}, {@code 408}, a time limit, an answer that breaks off: {@link GatewayException}, another
 *       attempt may follow.
 *   <li>Everything else, an answer beyond the size limit, a redirect out of the upstream, a request URI that is not
 *       allowed or not safe: {@link PermanentFailureException}, with the upstream's message where it has one.
 * </ul>
 *
 * <p>Messages show neither the values of the headers that the settings name nor those of secret parameters, though the
 * upstream repeats them, and of a redirect's address only what precedes the query.
 *
 * <p>A job that is abandoned, or whose thread is interrupted, ends at once and closes its connection. Time limits are
 * kept by the calling thread. Thread-safe; holds nothing that must be closed.
 *
 * <p>The upstream is told the trace that a request was submitted in (W3C Trace Context). With an SDK of OpenTelemetry a
 * run is a span {@code armlib.request} of that trace, and each of its calls a span within.
 */
public final class GatewayProcessor implements RequestProcessor, RequestValidator, UpstreamProbe {
    private final GatewaySettings settings;
    private final MeterRegistry registry;
    private final Upstream upstream;
    private final List<WantedFormat> wanted;
    private final HoldOff holdOff;
    private final RetryAfter retryAfter;
    private final SecretTexts secrets;
    private final Tracing tracing;
    private final LongSupplier nanoTime;
    private final UpstreamClient client;

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
        this.holdOff = new HoldOff(nanoTime);
        this.retryAfter = new RetryAfter(Clock.systemUTC(), settings.maxRetryAfter());
        this.secrets = SecretTexts.of(settings.headers());
        this.client = new UpstreamClient(settings, upstream.base(), nanoTime);
    }

    /**
     * Checks that a request has a path which can be sent to the upstream as it is written, and which the settings allow.
     *
     * @throws InvalidRequestException if not
     */
    @Override
    public void validate(BatchRequest request) {
        for (WantedFormat format : wanted) {
            try {
                upstream.resolve(request, format);
            } catch (UnsafePathException e) {
                throw new InvalidRequestException(
                        "requestUri",
                        "'" + UpstreamMessage.clean(request.requestUri()) + "' " + e.getMessage()
                                + "; it is not passed on");
            }
        }
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
        Run run = new Run(
                job,
                new Watch(job, settings.timeout(), nanoTime),
                secrets.with(settings.redaction().secrets(job.request().parameters())));
        Traced request = tracing.request(job);
        try {
            for (int call = 0; call < wanted.size(); call++) {
                call(run, wanted.get(call), new Share(call, wanted.size()));
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            request.failed(e);
            throw e;
        } finally {
            request.end();
        }
    }

    private void call(Run run, WantedFormat format, Share share) throws IOException, InterruptedException {
        URI target = target(run.job(), format);
        for (int redirects = 0; ; redirects++) {
            requireNotHeld();
            UpstreamCall call = new UpstreamCall(tracing.call(target), registry);
            try (ClientRotation.Use use = client.use()) {
                HttpResponse<Body> response = client.send(use, target, format.accept(), run, call);
                try (Body body = response.body()) {
                    if (isRedirect(response.statusCode())) {
                        target = redirect(response, run, redirects);
                    } else {
                        take(response, body, run, format, share);
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

    private void requireNotHeld() {
        Optional<Duration> remaining = holdOff.remaining();
        if (remaining.isPresent()) {
            throw new UpstreamUnavailableException(
                    "the upstream asked not to be called for another " + remaining.get(), remaining.get());
        }
    }

    private void take(HttpResponse<Body> response, Body body, Run run, WantedFormat format, Share share)
            throws IOException, InterruptedException {
        int status = response.statusCode();
        if (status == 200 || status == 203) {
            store(response, body, run, format, share);
        } else if (status == 204) {
            run.job()
                    .format(
                            format.name().orElse(MediaTypes.format(MediaTypes.UNKNOWN)),
                            format.name().flatMap(MediaTypes::ofFormat).orElse(MediaTypes.UNKNOWN))
                    .close();
        } else {
            throw failure(response, run);
        }
    }

    /**
     * Checks whether requests can be run as far as a probe can know: the upstream does not ask to be left alone, and answers
     * the probe path with neither 503 nor 429. Without a probe path any answer will do, as what the upstream's base answers
     * says little of the paths below.
     */
    @Override
    public boolean isAvailable() {
        if (holdOff.remaining().isPresent()) {
            return false;
        }
        try {
            return !isUnavailable(probeStatus()) || settings.probePath().isEmpty();
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Checks whether a connection to the upstream can be made, whatever comes of it. */
    @Override
    public boolean isReachable() {
        try {
            probeStatus();
            return true;
        } catch (IOException e) {
            return UpstreamClient.unconnected(e).isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private int probeStatus() throws IOException, InterruptedException {
        return settings.probePath().isPresent()
                ? client.probe(upstream.at(settings.probePath().get()), "GET")
                : client.probe(upstream.base(), "HEAD");
    }

    private URI target(Job job, WantedFormat format) {
        try {
            return upstream.resolve(job.request(), format);
        } catch (UnsafePathException e) {
            throw new PermanentFailureException(
                    job.request().key(), "the request URI " + e.getMessage() + ", it is not passed on");
        }
    }

    private URI redirect(HttpResponse<Body> response, Run run, int redirects) {
        RequestKey key = run.watch().key();
        String location = response.headers().firstValue("location").orElse("");
        String shown = "the upstream redirects to '"
                + UpstreamMessage.shown(Redaction.withoutQuery(location), run.secrets()) + "', which ";
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

    private void store(HttpResponse<Body> response, Body body, Run run, WantedFormat format, Share share)
            throws IOException, InterruptedException {
        Job job = run.job();
        RequestKey key = run.watch().key();
        checkFraming(response, key);
        OptionalLong length = length(response);
        if (length.orElse(0) > settings.maxSize()) {
            throw Body.tooLarge(run.watch(), settings.maxSize());
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
                .map(type -> UpstreamMessage.shown(type, run.secrets()))
                .filter(MediaTypes::isWellFormed)
                .orElse(MediaTypes.UNKNOWN);
        String name = format.nameFor(contentType)
                .orElseThrow(() -> new PermanentFailureException(
                        key,
                        "the upstream was asked for " + format.name().orElseThrow() + " and answered with "
                                + contentType));
        Transfer transfer = new Transfer(body, run, length, settings.maxSize(), share);
        List<String> codings = ContentCodings.of(response.headers()).stream()
                .map(coding -> UpstreamMessage.shown(coding, run.secrets()))
                .toList();
        InputStream content = transfer.reading(() -> ContentCodings.decoded(body, codings, contentType, key));
        try (OutputStream out = job.format(name, contentType)) {
            transfer.copy(content, out);
        }
    }

    private RuntimeException failure(HttpResponse<Body> response, Run run) {
        RequestKey key = run.watch().key();
        int status = response.statusCode();
        Optional<Duration> delay = isUnavailable(status) ? retryAfter.of(response.headers()) : Optional.empty();
        // The other threads are not to wait for the message.
        delay.ifPresent(holdOff::begin);
        String message = "the upstream answered " + status
                + UpstreamMessage.of(response.headers(), response.body(), run.secrets());
        if (isUnavailable(status)) {
            return delay.map(time -> new UpstreamUnavailableException(message, time))
                    .orElseGet(() -> new UpstreamUnavailableException(message));
        }
        if (status >= 500 || status == 408) {
            return new GatewayException(key, message);
        }
        return new PermanentFailureException(
                key, status >= 400 ? message : "only 200, 203 and 204 are results, but " + message);
    }

    /**
     * Refuses a response whose end is told in two ways: a proxy and this client may take it to end at different places
     * (RFC 9112, section 6.3).
     */
    private static void checkFraming(HttpResponse<Body> response, RequestKey key) {
        List<String> lengths = response.headers().allValues("content-length").stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .distinct()
                .toList();
        boolean chunked = !response.headers().allValues("transfer-encoding").isEmpty();
        if (lengths.size() > 1 || (chunked && !lengths.isEmpty())) {
            throw new GatewayException(
                    key,
                    "the upstream's answer says twice where it ends, by "
                            + (chunked ? "Transfer-Encoding and Content-Length" : "several values of Content-Length")
                            + "; it is not stored");
        }
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
}
