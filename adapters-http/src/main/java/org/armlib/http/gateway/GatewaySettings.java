package org.armlib.http.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/**
 * What the gateway may ask of which upstream, and how much of it. Immutable.
 *
 * @param upstream the address that every request URI is appended to; no user, query or fragment
 * @param allow which request URIs are run: a path allows itself and what is below it, one with {@code *} (within a
 *     segment) or {@code **} (across segments) is a glob for the whole path
 * @param timeout the longest a request may run, from the connection to the last byte
 * @param connectTimeout the longest a connection, or the answer to a probe, may take to come about
 * @param idleTimeout the longest an answer that has begun may pause; until it begins, only {@code timeout} counts
 * @param maxSize the most an answer may have, in bytes, before and after decoding
 * @param maxRedirects how many redirects within the upstream one request may follow
 * @param probePath a path of the upstream, with its query if it needs one, that a GET tells its health by; without one a
 *     HEAD of {@code upstream} does
 * @param accept the {@code Accept} header to send, where {@code formats} does not say what to accept
 * @param formats the formats that a result is to have, each from a call of its own; where none is named, the one that the
 *     upstream answers with
 * @param formatBy how the upstream is asked for one of {@code formats}
 * @param formatParameter the parameter that names the format, if it is asked for by one
 * @param headers further headers to send, by name; never shown
 * @param acceptCloseDelimited whether an answer may end by nothing but the end of the connection, where one cut short
 *     cannot be told from a whole one
 */
public record GatewaySettings(
        URI upstream,
        List<String> allow,
        Duration timeout,
        Duration connectTimeout,
        Duration idleTimeout,
        long maxSize,
        int maxRedirects,
        Optional<String> probePath,
        Optional<String> accept,
        List<String> formats,
        FormatBy formatBy,
        String formatParameter,
        Map<String, String> headers,
        boolean acceptCloseDelimited) {

    /** How an upstream is asked for a format. */
    public enum FormatBy {
        /** {@code Accept} has its media type. */
        ACCEPT,
        /** The path ends with a dot and its name. */
        SUFFIX,
        /** A parameter has its name. */
        PARAMETER
    }

    private static final Setting<URI> UPSTREAM = Setting.httpUri(
                    "upstream", "The address of the API behind, which every request URI is appended to.")
            .required();
    private static final Setting<List<String>> ALLOW = Setting.texts(
                    "allow",
                    "The request URIs that are run: paths, each with all below it, or globs with * and ** such as"
                            + " /v*/reports/**.")
            .withDefault(List.of("/"));
    private static final Setting<Duration> TIMEOUT = Setting.duration(
                    "timeout",
                    "The longest a request may run, from the connection to the last byte.",
                    Duration.ofSeconds(1),
                    Duration.ofDays(7))
            .withDefault(Duration.ofHours(1));
    private static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration(
                    "connect-timeout",
                    "The longest a connection, or the answer to a probe, may take to come about.",
                    Duration.ofMillis(100),
                    Duration.ofMinutes(5))
            .withDefault(Duration.ofSeconds(10));
    private static final Setting<Duration> IDLE_TIMEOUT = Setting.duration(
                    "idle-timeout",
                    "The longest an answer that has begun may pause.",
                    Duration.ofMillis(100),
                    Duration.ofHours(1))
            .withDefault(Duration.ofSeconds(60));
    private static final Setting<Long> MAX_SIZE = Setting.size(
                    "max-size", "The most bytes an answer may have.", 1, Long.MAX_VALUE)
            .withDefault(5L << 30);
    private static final Setting<Integer> MAX_REDIRECTS = Setting.integer(
                    "max-redirects", "How many redirects within the upstream a request may follow.", 0, 20)
            .withDefault(5);
    private static final Setting<String> PROBE_PATH =
            Setting.text("probe-path", "A path of the upstream that tells its health; without one its base is asked.");
    private static final Setting<String> ACCEPT =
            Setting.text("accept", "The Accept header to send, such as text/csv, application/json;q=0.5.");
    private static final Setting<List<String>> FORMATS = Setting.texts(
                    "formats",
                    "The formats a result is to have, each from a call of its own, such as [csv, xlsx]; without them the one"
                            + " that the upstream answers with.")
            .withDefault(List.of());
    private static final Setting<FormatBy> FORMAT_BY = Setting.choice(
                    "format-by", "How the upstream is asked for one of the formats.", FormatBy.class)
            .withDefault(FormatBy.ACCEPT);
    private static final Setting<String> FORMAT_PARAMETER = Setting.text(
                    "format-parameter", "The parameter that names the format, with format-by = parameter.")
            .withDefault("_format");
    private static final Setting<List<String>> HEADERS = Setting.texts(
                    "headers", "Further headers to send, each as 'Name: value'.")
            .withDefault(List.of())
            .secret();
    private static final Setting<Boolean> ACCEPT_CLOSE_DELIMITED = Setting.flag(
                    "accept-close-delimited",
                    "Whether to accept answers with neither Content-Length nor chunks, whose end cannot be told from a"
                            + " broken connection.")
            .withDefault(false);

    /** Headers that the client writes itself, or that would change what an answer means. */
    private static final Set<String> OWN_HEADERS = Set.of(
            "accept",
            "accept-encoding",
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "keep-alive",
            "range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** @throws InvalidSettingException if one of them cannot work */
    public GatewaySettings {
        Upstream.check(upstream);
        allow = List.copyOf(allow);
        AllowList.of(allow);
        checkPositive("timeout", timeout);
        checkPositive("connect-timeout", connectTimeout);
        checkPositive("idle-timeout", idleTimeout);
        if (maxSize < 1) {
            throw new InvalidSettingException("max-size", "is " + maxSize + "; at least 1 byte is allowed");
        }
        if (maxRedirects < 0) {
            throw new InvalidSettingException("max-redirects", "is " + maxRedirects + "; at least 0 is allowed");
        }
        probePath.ifPresent(Upstream::checkProbePath);
        accept.ifPresent(value -> checkHeaderValue("accept", value));
        formats = List.copyOf(formats);
        WantedFormat.check(formats, formatBy, accept.isPresent());
        if (formatParameter.isEmpty()) {
            throw new InvalidSettingException("format-parameter", "is empty; allowed: a parameter's name");
        }
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        headers.forEach((name, value) -> {
            checkHeaderName(name);
            checkHeaderValue("headers", value);
        });
    }

    /** Begins settings that are the defaults but for the address of the upstream. */
    public static Builder of(URI upstream) {
        return new Builder(upstream);
    }

    static List<Setting<?>> all() {
        return List.of(
                UPSTREAM,
                ALLOW,
                TIMEOUT,
                CONNECT_TIMEOUT,
                IDLE_TIMEOUT,
                MAX_SIZE,
                MAX_REDIRECTS,
                PROBE_PATH,
                ACCEPT,
                FORMATS,
                FORMAT_BY,
                FORMAT_PARAMETER,
                HEADERS,
                ACCEPT_CLOSE_DELIMITED);
    }

    static GatewaySettings from(Settings settings) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : settings.get(HEADERS)) {
            int colon = header.indexOf(':');
            if (colon < 0) {
                throw new InvalidSettingException("headers", "has an entry without a colon; allowed: 'Name: value'");
            }
            String name = header.substring(0, colon).strip();
            if (headers.put(name, header.substring(colon + 1).strip()) != null) {
                throw new InvalidSettingException("headers", "names '" + name + "' twice");
            }
        }
        return new GatewaySettings(
                settings.get(UPSTREAM),
                settings.get(ALLOW),
                settings.get(TIMEOUT),
                settings.get(CONNECT_TIMEOUT),
                settings.get(IDLE_TIMEOUT),
                settings.get(MAX_SIZE),
                settings.get(MAX_REDIRECTS),
                settings.find(PROBE_PATH),
                settings.find(ACCEPT),
                settings.get(FORMATS),
                settings.get(FORMAT_BY),
                settings.get(FORMAT_PARAMETER),
                headers,
                settings.get(ACCEPT_CLOSE_DELIMITED));
    }

    /** The settings, with the names of the headers only. */
    @Override
    public String toString() {
        return "GatewaySettings[upstream=" + upstream + ", allow=" + allow + ", timeout=" + timeout
                + ", connectTimeout=" + connectTimeout + ", idleTimeout=" + idleTimeout + ", maxSize=" + maxSize
                + ", maxRedirects=" + maxRedirects + ", probePath=" + probePath.orElse("") + ", accept="
                + accept.orElse("") + ", formats=" + formats + ", formatBy=" + formatBy + ", formatParameter="
                + formatParameter + ", headers=" + headers.keySet() + ", acceptCloseDelimited="
                + acceptCloseDelimited + "]";
    }

    private static void checkPositive(String setting, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new InvalidSettingException(setting, "is " + duration + "; more than zero is allowed");
        }
    }

    private static void checkHeaderName(String name) {
        if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
            throw new InvalidSettingException("headers", "has an entry whose name is no header name");
        }
        if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidSettingException("headers", "has '" + name + "', which the gateway sets itself");
        }
    }

    private static void checkHeaderValue(String setting, String value) {
        if (!value.matches("[\\t\\x20-\\x7e]*")) {
            throw new InvalidSettingException(
                    setting, "has a value with a character that no header can carry; allowed is printable ASCII");
        }
    }

    /** Gathers what is not the default. Not thread-safe. */
    public static final class Builder {
        private final URI upstream;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private List<String> allow = ALLOW.defaultValue().orElseThrow();
        private Duration timeout = TIMEOUT.defaultValue().orElseThrow();
        private Duration connectTimeout = CONNECT_TIMEOUT.defaultValue().orElseThrow();
        private Duration idleTimeout = IDLE_TIMEOUT.defaultValue().orElseThrow();
        private long maxSize = MAX_SIZE.defaultValue().orElseThrow();
        private int maxRedirects = MAX_REDIRECTS.defaultValue().orElseThrow();
        private Optional<String> probePath = Optional.empty();
        private Optional<String> accept = Optional.empty();
        private List<String> formats = FORMATS.defaultValue().orElseThrow();
        private FormatBy formatBy = FORMAT_BY.defaultValue().orElseThrow();
        private String formatParameter = FORMAT_PARAMETER.defaultValue().orElseThrow();
        private boolean acceptCloseDelimited =
                ACCEPT_CLOSE_DELIMITED.defaultValue().orElseThrow();

        private Builder(URI upstream) {
            this.upstream = upstream;
        }

        /** Which request URIs are run, as paths or globs. */
        public Builder allow(String... paths) {
            this.allow = new ArrayList<>(List.of(paths));
            return this;
        }

        /** The longest a request may run. */
        public Builder timeout(Duration longest) {
            this.timeout = longest;
            return this;
        }

        /** The longest a connection, or the answer to a probe, may take to come about. */
        public Builder connectTimeout(Duration longest) {
            this.connectTimeout = longest;
            return this;
        }

        /** The longest an answer that has begun may pause. */
        public Builder idleTimeout(Duration longest) {
            this.idleTimeout = longest;
            return this;
        }

        /** The most an answer may have, in bytes. */
        public Builder maxSize(long bytes) {
            this.maxSize = bytes;
            return this;
        }

        /** How many redirects within the upstream one request may follow. */
        public Builder maxRedirects(int count) {
            this.maxRedirects = count;
            return this;
        }

        /** A path of the upstream that tells its health. */
        public Builder probePath(String path) {
            this.probePath = Optional.of(path);
            return this;
        }

        /** The {@code Accept} header to send. */
        public Builder accept(String mediaRanges) {
            this.accept = Optional.of(mediaRanges);
            return this;
        }

        /** The formats that a result is to have. */
        public Builder formats(String... names) {
            this.formats = List.of(names);
            return this;
        }

        /** How the upstream is asked for a format. */
        public Builder formatBy(FormatBy way) {
            this.formatBy = way;
            return this;
        }

        /** Asks the upstream for a format by a parameter of this name. */
        public Builder formatParameter(String name) {
            this.formatParameter = name;
            return formatBy(FormatBy.PARAMETER);
        }

        /** A further header to send. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** Whether an answer may end by nothing but the end of the connection. */
        public Builder acceptCloseDelimited(boolean accepted) {
            this.acceptCloseDelimited = accepted;
            return this;
        }

        /**
         * The settings.
         *
         * @throws InvalidSettingException if one of them cannot work
         */
        public GatewaySettings build() {
            return new GatewaySettings(
                    upstream,
                    allow,
                    timeout,
                    connectTimeout,
                    idleTimeout,
                    maxSize,
                    maxRedirects,
                    probePath,
                    accept,
                    formats,
                    formatBy,
                    formatParameter,
                    headers,
                    acceptCloseDelimited);
        }
    }
}
