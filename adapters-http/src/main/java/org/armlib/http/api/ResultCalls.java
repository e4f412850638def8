package org.armlib.http.api;

import static org.armlib.http.api.Routes.Outcome.ANSWERED;
import static org.armlib.http.api.Routes.Outcome.PUT_OFF;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.armlib.domain.Encoding;
import org.armlib.domain.Failure;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.http.api.Routes.Outcome;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Presigning;
import org.armlib.ports.RequestManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handing out results. Thread-safe. */
final class ResultCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ResultCalls.class);
    private static final Predicate<String> SAFE_MEDIA_TYPE = Pattern.compile(
                    "[!#$%&'*+.^_`|~0-9A-Za-z-]++/[!#$%&'*+.^_`|~0-9A-Za-z-]++(?: {0,5};[ -~]*+)?")
            .asMatchPredicate();
    private static final Pattern UNSAFE_IN_FILE_NAME = Pattern.compile("[^A-Za-z0-9._-]");

    /** A result as short as an answer of any other call is sent as one; a longer one may wait for the client. */
    private static final int SENT_AT_ONCE = 16 * 1024;

    private final RequestManager requests;
    private final StatusForm form;
    private final Metrics metrics;
    private final BooleanSupplier draining;
    private final Optional<Duration> redirectFor;
    private final RecentContents recent = new RecentContents();

    ResultCalls(
            RequestManager requests,
            StatusForm form,
            Metrics metrics,
            BooleanSupplier draining,
            Optional<Duration> redirectFor) {
        this.requests = requests;
        this.form = form;
        this.metrics = metrics;
        this.draining = draining;
        this.redirectFor = redirectFor;
    }

    boolean isDraining() {
        return draining.getAsBoolean();
    }

    /** A key as a name may have it, and the format where the name goes on with its suffix. */
    private record Name(RequestKey key, Optional<FormatName> format) {
        boolean isOf(CachedResult result) {
            return format.isEmpty() || result.manifest().format(format.get()).isPresent();
        }
    }

    Outcome result(Exchange exchange) throws IOException {
        List<Name> names = names(exchange.part());
        Optional<ProblemException> otherFormats = Optional.empty();
        for (Name name : names) {
            Optional<CachedResult> result = requests.result(name.key());
            if (result.isPresent() && name.isOf(result.get())) {
                return send(exchange, result.get(), name.format());
            }
            if (result.isPresent() && otherFormats.isEmpty()) {
                otherFormats =
                        name.format().map(format -> unknownFormat(result.get().manifest(), format));
            }
        }
        if (otherFormats.isPresent()) {
            throw otherFormats.get();
        }
        for (Name name : names) {
            BatchStatus status = requests.status(name.key());
            if (status.request().isPresent()) {
                throw missing(status);
            }
        }
        throw Problem.UNKNOWN_REQUEST.because(
                "no request has this key, or it was forgotten since; submit it to have it run");
    }

    /** The result of a request that has one, in the format named or the one that the client likes best. */
    Outcome deliver(Exchange exchange, RequestKey key, Optional<String> format) throws IOException {
        CachedResult result = requests.result(key).orElseThrow(() -> missing(requests.status(key)));
        return send(exchange, result, format.map(FormatName::new));
    }

    /**
     * What a name may mean: a key and a suffix, or a key. Both may have dots in them, so that each dot is tried, those
     * that leave a longer key first. What has a suffix comes first, since that is how results are named to others: no other
     * request gets in the way of such an address by its key.
     */
    private static List<Name> names(String part) {
        RequestKey whole = Exchange.key(part);
        List<Name> names = new ArrayList<>();
        String text = whole.value();
        int shortest = Math.max(1, text.length() - FormatName.MAX_LENGTH - 1);
        for (int dot = text.lastIndexOf('.'); dot >= shortest; dot = text.lastIndexOf('.', dot - 1)) {
            split(text, dot).ifPresent(names::add);
        }
        names.add(new Name(whole, Optional.empty()));
        return names;
    }

    private static Optional<Name> split(String text, int dot) {
        try {
            return Optional.of(new Name(
                    new RequestKey(text.substring(0, dot)), Optional.of(new FormatName(text.substring(dot + 1)))));
        } catch (InvalidRequestException e) {
            // What follows this dot is no suffix; an earlier dot may begin one.
            return Optional.empty();
        }
    }

    private ProblemException missing(BatchStatus status) {
        ProblemException problem = switch (status.status()) {
            case PENDING, IN_PROGRESS ->
                Problem.RESULT_NOT_READY
                        .because("the request is " + status.status().label() + "; ask again later")
                        .retryAfter(form.retryAfter(status));
            case FAILED ->
                Problem.NO_RESULT.because("the request failed: "
                        + status.failure().map(Failure::message).orElse("no reason is known")
                        + "; resubmit it to have it run again");
            case CANCELLED -> Problem.NO_RESULT.because("the request was cancelled; submit it to have it run");
            case COMPLETED, UNKNOWN ->
                Problem.RESULT_GONE.because(status.failure()
                        .map(Failure::message)
                        .orElse("its result was cleared; submit it to have it run"));
        };
        return problem.with("key", status.key().value())
                .with("requestStatus", status.status().label());
    }

    private Outcome send(Exchange exchange, CachedResult result, Optional<FormatName> suffix) throws IOException {
        Manifest manifest = result.manifest();
        StoredFormat format = suffix.isPresent() ? named(manifest, suffix.get()) : negotiated(manifest, exchange);
        Representation sent = new Representation(manifest, format, isEncodedFor(exchange, format));
        boolean unchanged = isUnchanged(exchange, sent);
        if (!unchanged) {
            Optional<URI> elsewhere = elsewhere(exchange, result, sent);
            if (elsewhere.isPresent()) {
                metrics.redirected(manifest.request().cachePolicy());
                return redirect(exchange, elsewhere.get());
            }
        }
        describe(exchange, sent, suffix.isPresent());
        if (unchanged) {
            exchange.notModified();
            return ANSWERED;
        }
        Optional<Ranges.Range> range = range(exchange, sent);
        long from = range.map(Ranges.Range::from).orElse(0L);
        long length = range.map(Ranges.Range::length).orElse(sent.length());
        exchange.response().setStatus(range.isPresent() ? 206 : 200);
        range.ifPresent(part -> exchange.header("Content-Range", part.contentRange(sent.length())));
        exchange.response().setContentLengthLong(length);
        if (exchange.isHead()) {
            return ANSWERED;
        }
        if (sent.length() <= RecentContents.LONGEST) {
            byte[] content = recent.of(sent, () -> read(result, sent, 0, (int) sent.length()));
            return send(exchange, sent, ByteBuffer.wrap(content, (int) from, (int) length));
        }
        if (length <= SENT_AT_ONCE) {
            return send(exchange, sent, ByteBuffer.wrap(read(result, sent, from, (int) length)));
        }
        metrics.sent(manifest.request().cachePolicy(), length);
        return sendLater(exchange, sent, Download.pieces(open(result, sent, from)), length);
    }

    /** Sends what is at hand, and does not wait for the client if that is much. */
    private Outcome send(Exchange exchange, Representation sent, ByteBuffer content) throws IOException {
        int length = content.remaining();
        metrics.sent(sent.manifest().request().cachePolicy(), length);
        if (length > SENT_AT_ONCE) {
            return sendLater(exchange, sent, wanted -> content, length);
        }
        Download.write(content, exchange.response().getOutputStream());
        return ANSWERED;
    }

    private static Outcome sendLater(Exchange exchange, Representation sent, Download.Pieces content, long length)
            throws IOException {
        AsyncContext async = exchange.async();
        ServletOutputStream out = exchange.response().getOutputStream();
        String what = "the result of '" + sent.manifest().key() + "'";
        out.setWriteListener(new Download(content, length, async, out, what));
        return PUT_OFF;
    }

    private static byte[] read(CachedResult result, Representation sent, long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (InputStream content = open(result, sent, from)) {
            if (content.readNBytes(bytes, 0, length) < length) {
                throw new EOFException("it ended early");
            }
        } catch (IOException e) {
            LOG.warn(
                    "the result of '{}' cannot be read to its end: {}",
                    sent.manifest().key(),
                    e.getMessage());
            throw Problem.INTERNAL.because("the result cannot be read; the server's log says more");
        }
        return bytes;
    }

    private static InputStream open(CachedResult result, Representation sent, long from) throws IOException {
        InputStream content = sent.open(result)
                .orElseThrow(() -> Problem.RESULT_GONE
                        .because("it was cleared this moment; submit the request to have it run")
                        .with("key", sent.manifest().key().value()));
        try {
            content.skipNBytes(from);
        } catch (IOException e) {
            content.close();
            throw e;
        }
        return content;
    }

    /** Where the store itself hands out what would be sent, if results are fetched there and the store would do as well. */
    private Optional<URI> elsewhere(Exchange exchange, CachedResult result, Representation sent) {
        StoredFormat format = sent.format();
        boolean asStored = sent.encoded() || format.encoding() == Encoding.IDENTITY;
        // The client repeats its conditions there, and the store has entity tags of its own.
        boolean tagged = exchange.header("If-Match").isPresent()
                || exchange.header("If-Range").isPresent();
        if (!(result instanceof Presigning store) || !asStored || tagged) {
            return Optional.empty();
        }
        return redirectFor.map(time ->
                exchange.isHead() ? store.presignHead(format.name(), time) : store.presign(format.name(), time));
    }

    private static Outcome redirect(Exchange exchange, URI elsewhere) {
        exchange.header("Location", elsewhere.toString());
        // Whoever has the address can use it, and it expires.
        exchange.header("Cache-Control", "no-store");
        // A form is not posted to the store.
        exchange.response().setStatus(exchange.method().equals("POST") ? 303 : 307);
        return ANSWERED;
    }

    private static StoredFormat named(Manifest manifest, FormatName name) {
        return manifest.format(name).orElseThrow(() -> unknownFormat(manifest, name));
    }

    private static ProblemException unknownFormat(Manifest manifest, FormatName name) {
        return Problem.UNKNOWN_FORMAT
                .because("there is no '" + name + "'; there is " + formats(manifest))
                .with("key", manifest.key().value());
    }

    private static StoredFormat negotiated(Manifest manifest, Exchange exchange) {
        return Accept.best(
                        exchange.headers("Accept"),
                        manifest.formats(),
                        format -> format.mediaType().split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElseThrow(() -> Problem.NOT_ACCEPTABLE
                        .because("there is " + formats(manifest))
                        .with("key", manifest.key().value()));
    }

    private static String formats(Manifest manifest) {
        return manifest.formats().stream()
                .map(format -> format.name() + " (" + format.mediaType() + ")")
                .collect(Collectors.joining(", "));
    }

    private static boolean isEncodedFor(Exchange exchange, StoredFormat format) {
        return format.encoding() != Encoding.IDENTITY
                && exchange.accepts(format.encoding().token());
    }

    private static void describe(Exchange exchange, Representation sent, boolean named) {
        HttpServletResponse response = exchange.response();
        Manifest manifest = sent.manifest();
        StoredFormat format = sent.format();
        if (sent.encoded()) {
            response.addHeader("Content-Encoding", format.encoding().token());
            // The digest is of the content before it was encoded, which Repr-Digest (RFC 9530) does not mean.
            response.addHeader("Unencoded-Digest", sent.digest());
        } else {
            response.addHeader("Repr-Digest", sent.digest());
        }
        response.addHeader("ETag", sent.tag());
        response.addDateHeader("Last-Modified", manifest.published().toEpochMilli());
        response.setHeader("Cache-Control", "private, no-cache");
        response.addHeader("Vary", named ? "Accept-Encoding" : "Accept, Accept-Encoding");
        response.addHeader("Accept-Ranges", "bytes");
        response.addHeader("Content-Location", exchange.link("/results/" + manifest.key() + "." + format.name()));
        response.addHeader(
                "Content-Disposition",
                "attachment; filename=\""
                        + UNSAFE_IN_FILE_NAME.matcher(manifest.key().value()).replaceAll("_") + "." + format.name()
                        + '"');
        response.setHeader(
                "Content-Type",
                SAFE_MEDIA_TYPE.test(format.mediaType()) ? format.mediaType() : "application/octet-stream");
    }

    /** RFC 9110, section 13.2.2. */
    private static boolean isUnchanged(Exchange exchange, Representation sent) {
        String tag = sent.tag();
        if (exchange.header("If-Match").isPresent() && !EntityTags.lists(exchange.headers("If-Match"), tag)) {
            throw Problem.PRECONDITION_FAILED.because("its entity tag is " + tag);
        }
        return exchange.header("If-None-Match").isPresent()
                ? EntityTags.listsWeakly(exchange.headers("If-None-Match"), tag)
                : exchange.header("If-Modified-Since")
                        .flatMap(ResultCalls::httpDate)
                        .filter(since -> !sent.manifest()
                                .published()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .isAfter(since))
                        .isPresent();
    }

    /**
     * The part that a call asks for. RFC 9110, section 14.2 defines ranges for GET only: HEAD is answered as if it had sent
     * neither {@code Range} nor {@code If-Range}.
     */
    private static Optional<Ranges.Range> range(Exchange exchange, Representation sent) {
        String range = exchange.headers("Range");
        String condition = exchange.headers("If-Range").strip();
        // A date in If-Range may be that of another result within the same second: it never matches.
        return exchange.isHead() || range.isEmpty() || !(condition.isEmpty() || condition.equals(sent.tag()))
                ? Optional.empty()
                : Ranges.of(range, sent.length());
    }

    private static Optional<Instant> httpDate(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeParseException e) {
            // RFC 9110: what is no date is passed over.
            return Optional.empty();
        }
    }
}
