package org.armlib.http.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Parameters;
import org.armlib.domain.RequestKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** One call: what was asked, and how it is answered. Used by one thread at a time. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    /**
     * A segment that stands for its folder or the one above, with or without path parameters, and with slashes and
     * backslashes in any encoding.
     */
    private static final Pattern DOTS =
            Pattern.compile("(?i)(?:^|/|\\\\|%2F|%5C)(?:\\.|%2E){1,2}(?:[;/\\\\]|%3B|%2F|%5C|$)");

    /** Characters that a path or a query has as they are; RFC 3986, and the square brackets of many queries. */
    private static final String IN_PATH = "-._~!$&'()*+,;=:@/%";

    private static final String IN_QUERY = IN_PATH + "?[]";

    /** What the container's buffers take, whatever the client does. */
    static final int SENT_AT_ONCE = 32 * 1024;

    /** UTF-8, and what is the same in it. */
    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "us-ascii");

    private static final long ROOM_RETRY = 5;

    private static final int USUAL_PAGE = 50;
    private static final int LARGEST_PAGE = 500;

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Room room;
    private final String uri;
    private final String base;
    private final String path;
    private List<String> captured = List.of();
    private Set<String> passedOver = Set.of();
    private BodyReader.Arrival arrival = BodyReader.Arrival.WHOLE;
    private byte[] arrived = new byte[0];
    private boolean sendingLater;

    /** @param room the memory that long answers may take until their clients have read them */
    Exchange(HttpServletRequest request, HttpServletResponse response, Room room) {
        this.room = room;
        this.request = request;
        this.response = response;
        this.base = request.getContextPath() + request.getServletPath();
        this.uri = request.getRequestURI();
        // The path as it was sent: the servlet's own view of it is decoded, and stripped of ;parameters.
        this.path = uri.startsWith(base) ? uri.substring(base.length()) : uri;
    }

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    String method() {
        return request.getMethod();
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    /** The path below the place where the API is mounted, encoded as it was sent. */
    String path() {
        return path;
    }

    /**
     * Whether the address is written as it is meant. Some containers resolve {@code ..} and the like themselves, and then
     * hand over what only led here; what is before the prefix and behind it is not certain then.
     */
    boolean isPlain() {
        return uri.startsWith(base) && !DOTS.matcher(uri).find();
    }

    /**
     * Whether a page of another origin makes a browser call: another site, a sibling domain, another port. Browsers say so,
     * but not to hosts that they reach by plain HTTP; there they tell the page's origin, or its address. Programs say
     * nothing.
     */
    boolean isFromOtherOrigin() {
        Optional<String> site = header("Sec-Fetch-Site");
        if (site.isPresent()) {
            return !site.get().equals("same-origin") && !site.get().equals("none");
        }
        String host = header("Host").orElse("");
        return header("Origin")
                .or(() -> header("Referer"))
                .filter(page -> !authority(page).equalsIgnoreCase(host))
                .isPresent();
    }

    /** The host and port in the URL of a page, or the text itself if it is not one, as {@code null} is. */
    private static String authority(String url) {
        int scheme = url.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + "://".length();
        int end = url.indexOf('/', start);
        return end < 0 ? url.substring(start) : url.substring(start, end);
    }

    /** The name of the host that was asked for, in lower case, without the port and the brackets of an address. */
    String host() {
        String name = request.getServerName().toLowerCase(Locale.ROOT);
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }

    /** The address of a path of the API on this host. */
    String link(String path) {
        return base + path;
    }

    void capture(List<String> parts) {
        captured = parts;
    }

    /** The variable part of the path, encoded as it was sent. */
    String part() {
        return captured.get(0);
    }

    /**
     * Returns the variable part of the path, which is to reach the upstream as it was sent.
     *
     * @throws InvalidRequestException if it has a character that is not allowed there (RFC 9112, section 3.2: a request
     *     line is not to be repaired)
     */
    String partAsSent() {
        return legal("requestUri", "the path", part(), IN_PATH);
    }

    /** Returns the query, which is to reach the upstream as it was sent, as {@link #partAsSent} does. */
    Parameters queryAsSent() {
        String query = request.getQueryString();
        return query == null ? Parameters.none() : Parameters.parse(legal("parameters", "the query", query, IN_QUERY));
    }

    private static String legal(String field, String what, String text, String punctuation) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean legal = c < 0x80 && (Character.isLetterOrDigit(c) || punctuation.indexOf(c) >= 0);
            if (!legal) {
                String shown = c > ' ' && c < 0x7f ? "'" + c + "'" : String.format("U+%04X", (int) c);
                throw new InvalidRequestException(
                        field,
                        what + " has the character " + shown + ", which no URL may have; send it percent-encoded");
            }
        }
        return text;
    }

    /** The key that the variable part of the path names. */
    RequestKey key() {
        return key(part());
    }

    static RequestKey key(String part) {
        try {
            return new RequestKey(decoded(part));
        } catch (InvalidRequestException e) {
            throw Problem.UNKNOWN_REQUEST.because("no request can have this key; " + e.getMessage());
        }
    }

    /** From now on it is as if the client had not sent these headers. */
    void passOver(Set<String> headers) {
        passedOver = headers;
    }

    Optional<String> header(String name) {
        return passedOver.contains(name) ? Optional.empty() : Optional.ofNullable(request.getHeader(name));
    }

    /** All headers of a name as one list. */
    String headers(String name) {
        return passedOver.contains(name) ? "" : String.join(",", Collections.list(request.getHeaders(name)));
    }

    /** The query, decoded strictly. */
    Parameters query() {
        String query = request.getQueryString();
        return query == null ? Parameters.none() : Parameters.parse(query);
    }

    /** The one value of a query parameter. */
    Optional<String> query(String name) {
        return single(query(), name);
    }

    static Optional<String> single(Parameters parameters, String name) {
        List<String> values = parameters.get(name);
        if (values.size() > 1) {
            throw new InvalidRequestException(name, "is given " + values.size() + " times; once is allowed");
        }
        return values.stream().findFirst();
    }

    /** How long a page of a list may be. */
    int limit() {
        return query("limit").map(Exchange::limit).orElse(USUAL_PAGE);
    }

    private static int limit(String text) {
        int limit = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new InvalidRequestException("limit", "is no number from 1 to " + LARGEST_PAGE);
        }
        return limit;
    }

    /** Type and subtype of the body in lower case, or empty if none is named. */
    String contentType() {
        String type = request.getHeader("Content-Type");
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** Refuses a body that says that it is in another charset than UTF-8, as which it would be read. */
    void requireUtf8() {
        String type = request.getHeader("Content-Type");
        for (String parameter : type == null ? new String[0] : type.split(";", -1)) {
            String[] parts = parameter.split("=", 2);
            if (parts.length == 2 && parts[0].strip().equalsIgnoreCase("charset")) {
                String charset = parts[1].strip().replace("\"", "").toLowerCase(Locale.ROOT);
                if (!UTF_8.contains(charset)) {
                    throw Problem.UNSUPPORTED_MEDIA_TYPE.because("bodies are read as UTF-8; send it as that");
                }
            }
        }
    }

    /** Takes what has come of the body. */
    void arrived(BodyReader.Arrival how, byte[] body) {
        arrival = how;
        arrived = body;
    }

    byte[] body(int max) throws IOException {
        return switch (arrival) {
            case WHOLE -> arrived.length == 0 ? readBody(max) : arrived;
            case TOO_LARGE -> throw tooLarge(max);
            // What is left of the body would be taken for the next request.
            case CUT_OFF -> throw tooLarge(max).header("Connection", "close");
            case LATE -> throw late();
            case NO_ROOM ->
                throw Problem.TOO_MANY_WAITERS
                        .because("too many bodies are arriving at a time; try again a little later")
                        .retryAfter(ROOM_RETRY)
                        .header("Connection", "close");
        };
    }

    /** Reads a body that is there as a whole, or that nobody can wait for without a thread. */
    private byte[] readBody(int max) throws IOException {
        if (request.getContentLengthLong() > max) {
            throw tooLarge(max).header("Connection", "close");
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(max + 1);
        } catch (IllegalStateException e) {
            // A filter has taken the reader: what it has left of the body cannot be had.
            return new byte[0];
        } catch (IOException e) {
            throw late();
        }
        if (body.length > max) {
            throw tooLarge(max).header("Connection", "close");
        }
        return body;
    }

    private static ProblemException late() {
        return Problem.TIMEOUT.because("the body did not arrive in time").header("Connection", "close");
    }

    private static ProblemException tooLarge(int max) {
        return Problem.TOO_LARGE.because("the body is larger than " + max + " bytes");
    }

    void header(String name, String value) {
        response.setHeader(name, value);
    }

    void send(int status, JsonNode body) throws IOException {
        send(status, JSON, Json.bytes(body));
    }

    /** Sends a body, compressed where that is worth it and the client accepts it. */
    void send(int status, String contentType, byte[] body) throws IOException {
        if (!Gzip.isWorthIt(contentType, body.length)) {
            sendAsIs(status, contentType, body);
            return;
        }
        header("Vary", "Accept-Encoding");
        if (accepts(Gzip.CODING)) {
            header("Content-Encoding", Gzip.CODING);
            sendAsIs(status, contentType, Gzip.fast(body));
        } else {
            sendAsIs(status, contentType, body);
        }
    }

    /** Whether the client takes a body in a content coding, RFC 9110 section 12.5.3. */
    boolean accepts(String coding) {
        return Accept.accepts(headers("Accept-Encoding"), coding);
    }

    /** Sends a body that is encoded already, or stays as it is. */
    void sendAsIs(int status, String contentType, byte[] body) throws IOException {
        boolean later =
                body.length > SENT_AT_ONCE && !isHead() && (request.isAsyncStarted() || request.isAsyncSupported());
        if (later && !room.take(body.length)) {
            throw Problem.TOO_MANY_WAITERS
                    .because("too many clients are slow to read their answers; try again a little later")
                    .retryAfter(ROOM_RETRY);
        }
        response.setStatus(status);
        response.setContentType(contentType);
        response.setContentLength(body.length);
        if (isHead()) {
            return;
        }
        ServletOutputStream out = response.getOutputStream();
        if (later) {
            sendingLater = true;
            out.setWriteListener(new Download(held(body), body.length, async(), out, path));
        } else {
            out.write(body);
        }
    }

    /** A body that gives its room back when it is sent, or nobody reads it any more. */
    private Download.Pieces held(byte[] body) {
        ByteBuffer content = ByteBuffer.wrap(body);
        return new Download.Pieces() {
            @Override
            public ByteBuffer next(long wanted) {
                return content;
            }

            @Override
            public void close() {
                room.giveBack(body.length);
            }
        };
    }

    /** Whether the answer is on its way without a thread, which ends the call when it is sent. */
    boolean isSendingLater() {
        return sendingLater;
    }

    /** Says that what the client knows is still so. */
    void notModified() throws IOException {
        response.setStatus(304);
        // Sent at once: a container that sees an empty answer end would say that the content has no length.
        response.flushBuffer();
    }

    void send(ProblemException problem) throws IOException {
        response.reset();
        secure();
        problem.headers().forEach(response::setHeader);
        send(problem.problem().status(), PROBLEM, Json.bytes(problem.body()));
    }

    /** What every answer has: nothing is cached unless it says otherwise, run by a browser, or shown in a frame. */
    void secure() {
        response.addHeader("Cache-Control", "no-store");
        response.addHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
        response.addHeader("X-Content-Type-Options", "nosniff");
        response.addHeader("Referrer-Policy", "no-referrer");
        response.addHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    /** Puts the call off: its thread goes, and somebody else completes it. */
    AsyncContext async() {
        if (!request.isAsyncStarted() && !request.isAsyncSupported()) {
            LOG.error("the servlet, or a filter ahead of it, is mounted without async-supported; allow it for both");
            throw Problem.INTERNAL.because("this server is mounted without asynchronous processing");
        }
        AsyncContext async = request.isAsyncStarted() ? request.getAsyncContext() : request.startAsync();
        async.setTimeout(0);
        return async;
    }

    private static String decoded(String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        byte[] bytes = new byte[part.length()];
        int length = 0;
        try {
            byte[] encoded = part.getBytes(StandardCharsets.UTF_8);
            if (encoded.length != part.length()) {
                throw Problem.MALFORMED.because("the path has a character that is not ASCII");
            }
            for (int i = 0; i < encoded.length; i++) {
                if (encoded[i] == '%') {
                    bytes[length++] = (byte) HexFormat.fromHexDigits(part, i + 1, i + 3);
                    i += 2;
                } else {
                    bytes[length++] = encoded[i];
                }
            }
            return Utf8.decode(bytes, length);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | CharacterCodingException e) {
            throw Problem.MALFORMED.because("the path has a broken percent-encoding");
        }
    }
}
