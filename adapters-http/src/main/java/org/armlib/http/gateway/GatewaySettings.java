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
import org.armlib.domain.Redaction;
import org.armlib.spi.InvalidSettingException;

/**
 * What the gateway may ask of which upstream, and how much of it. Immutable.
 *
 * @param upstream the address that every request URI is appended to; no user, query or fragment
 * @param allow which request URIs are run: a path allows itself and what is below it, one with {@code *} (within a
 *     segment) or {@code **} (across segments) is a glob for the whole path
 * @param timeout the longest a request may run, from the connection to the last byte
 * @param connectTimeout the longest a connection, or the answer to a probe, may take to come about
 * @param firstByteTimeout the longest until an answer begins, counted from the start of the call, so that connecting is
 *     included
 * @param idleTimeout the longest an answer that has begun may pause
 * @param keepAlive the longest a connection may be idle and still be used again
 * @param maxSize the most an answer may have, in bytes, before and after decoding
 * @param maxRedirects how many redirects within the upstream one request may follow
 * @param maxRetryAfter the longest that {@code Retry-After} holds requests; if it asks for more, this counts
 * @param probePath a path of the upstream, with its query if it needs one, that a GET tells its health by; without one any
 *     answer to a HEAD of {@code upstream} will do
 * @param accept the {@code Accept} header to send, where {@code formats} does not say what to accept
 * @param formats the formats that a result is to have, each from a call of its own; where none is named, the one that the
 *     upstream answers with
 * @param formatBy how the upstream is asked for one of {@code formats}
 * @param formatParameter the parameter that names the format, if it is asked for by one
 * @param headers further headers to send, by name; never shown
 * @param acceptCloseDelimited whether an answer may end by nothing but the end of the connection, where one cut short
 *     cannot be told from a whole one
 * @param redaction which parameters are secret, so that failures do not show their values
 */
public record GatewaySettings(
        URI upstream,
        List<String> allow,
        Duration timeout,
        Duration connectTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration keepAlive,
        long maxSize,
        int maxRedirects,
        Duration maxRetryAfter,
        Optional<String> probePath,
        Optional<String> accept,
        List<String> formats,
        FormatBy formatBy,
        String formatParameter,
        Map<String, String> headers,
        boolean acceptCloseDelimited,
        Redaction redaction) {

    /** How an upstream is asked for a format. */
    public enum FormatBy {
        /** {@code Accept} has its media type. */
        ACCEPT,
        /** The path ends with a dot and its name. */
        SUFFIX,
        /** A parameter has its name. */
        PARAMETER
    }

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
        checkPositive("first-byte-timeout", firstByteTimeout);
        checkPositive("idle-timeout", idleTimeout);
        checkNotNegative("keep-alive", keepAlive);
        checkNotNegative("max-retry-after", maxRetryAfter);
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

    /** These settings with another rule for which parameters are secret. */
    GatewaySettings withRedaction(Redaction rule) {
        return new GatewaySettings(
                upstream,
                allow,
                timeout,
                connectTimeout,
                firstByteTimeout,
                idleTimeout,
                keepAlive,
                maxSize,
                maxRedirects,
                maxRetryAfter,
                probePath,
                accept,
                formats,
                formatBy,
                formatParameter,
                headers,
                acceptCloseDelimited,
                rule);
    }

    /** The settings, with the names of the headers only. */
    @Override
    public String toString() {
        return "GatewaySettings[upstream=" + upstream + ", allow=" + allow + ", timeout=" + timeout
                + ", connectTimeout=" + connectTimeout + ", firstByteTimeout=" + firstByteTimeout + ", idleTimeout="
                + idleTimeout + ", keepAlive=" + keepAlive + ", maxSize=" + maxSize + ", maxRedirects="
                + maxRedirects + ", maxRetryAfter=" + maxRetryAfter + ", probePath=" + probePath.orElse("")
                + ", accept="
                + accept.orElse("") + ", formats=" + formats + ", formatBy=" + formatBy + ", formatParameter="
                + formatParameter + ", headers=" + headers.keySet() + ", acceptCloseDelimited="
                + acceptCloseDelimited + "]";
    }

    private static void checkPositive(String setting, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new InvalidSettingException(setting, "is " + duration + "; more than zero is allowed");
        }
    }

    private static void checkNotNegative(String setting, Duration duration) {
        if (duration.isNegative()) {
            throw new InvalidSettingException(setting, "is " + duration + "; zero or more is allowed");
        }
    }

    private static void checkHeaderName(String name) {
        if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]++")) {
            throw new InvalidSettingException("headers", "has an entry whose name is no header name");
        }
        if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidSettingException("headers", "has '" + name + "', which the gateway sets itself");
        }
    }

    private static void checkHeaderValue(String setting, String value) {
        if (!value.matches("[\\t\\x20-\\x7e]*+")) {
            throw new InvalidSettingException(
                    setting, "has a value with a character that no header can carry; allowed is printable ASCII");
        }
    }

    /** Gathers what is not the default. Not thread-safe. */
    public static final class Builder {
        private final URI upstream;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private List<String> allow = GatewayOptions.ALLOW.defaultValue().orElseThrow();
        private Duration timeout = GatewayOptions.TIMEOUT.defaultValue().orElseThrow();
        private Duration connectTimeout =
                GatewayOptions.CONNECT_TIMEOUT.defaultValue().orElseThrow();
        private Duration firstByteTimeout =
                GatewayOptions.FIRST_BYTE_TIMEOUT.defaultValue().orElseThrow();
        private Duration idleTimeout =
                GatewayOptions.IDLE_TIMEOUT.defaultValue().orElseThrow();
        private Duration keepAlive = GatewayOptions.KEEP_ALIVE.defaultValue().orElseThrow();
        private long maxSize = GatewayOptions.MAX_SIZE.defaultValue().orElseThrow();
        private int maxRedirects = GatewayOptions.MAX_REDIRECTS.defaultValue().orElseThrow();
        private Duration maxRetryAfter =
                GatewayOptions.MAX_RETRY_AFTER.defaultValue().orElseThrow();
        private Optional<String> probePath = Optional.empty();
        private Optional<String> accept = Optional.empty();
        private List<String> formats = GatewayOptions.FORMATS.defaultValue().orElseThrow();
        private FormatBy formatBy = GatewayOptions.FORMAT_BY.defaultValue().orElseThrow();
        private String formatParameter =
                GatewayOptions.FORMAT_PARAMETER.defaultValue().orElseThrow();
        private boolean acceptCloseDelimited =
                GatewayOptions.ACCEPT_CLOSE_DELIMITED.defaultValue().orElseThrow();

        private Redaction redaction = Redaction.DEFAULT;

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

        /** The longest until an answer begins, counted from the start of the call. */
        public Builder firstByteTimeout(Duration longest) {
            this.firstByteTimeout = longest;
            return this;
        }

        /** The longest a connection may be idle and still be used again. */
        public Builder keepAlive(Duration longest) {
            this.keepAlive = longest;
            return this;
        }

        /** The longest that {@code Retry-After} holds requests. */
        public Builder maxRetryAfter(Duration longest) {
            this.maxRetryAfter = longest;
            return this;
        }

        /** Which parameters are secret. */
        public Builder redaction(Redaction rule) {
            this.redaction = rule;
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
                    firstByteTimeout,
                    idleTimeout,
                    keepAlive,
                    maxSize,
                    maxRedirects,
                    maxRetryAfter,
                    probePath,
                    accept,
                    formats,
                    formatBy,
                    formatParameter,
                    headers,
                    acceptCloseDelimited,
                    redaction);
        }
    }
}
