package org.armlib.http.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.armlib.domain.Redaction;
import org.armlib.http.gateway.GatewaySettings.FormatBy;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The settings of the gateway in app.conf. */
final class GatewayOptions {
    static final Setting<URI> UPSTREAM = Setting.httpUri(
                    "upstream", "The address of the API behind, which every request URI is appended to.")
            .required();
    static final Setting<List<String>> ALLOW = Setting.texts(
                    "allow",
                    "The request URIs that are run: paths, each with all below it, or globs with * and ** such as"
                            + " /v*/reports/**.")
            .withDefault(List.of("/"));
    static final Setting<Duration> TIMEOUT = Setting.duration(
                    "timeout",
                    "The longest a request may run, from the connection to the last byte.",
                    Duration.ofSeconds(1),
                    Duration.ofDays(7))
            .withDefault(Duration.ofHours(1));
    static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration(
                    "connect-timeout",
                    "The longest a connection, or the answer to a probe, may take to come about.",
                    Duration.ofMillis(100),
                    Duration.ofMinutes(5))
            .withDefault(Duration.ofSeconds(10));
    static final Setting<Duration> IDLE_TIMEOUT = Setting.duration(
                    "idle-timeout",
                    "The longest an answer that has begun may pause.",
                    Duration.ofMillis(100),
                    Duration.ofHours(1))
            .withDefault(Duration.ofSeconds(60));
    static final Setting<Duration> FIRST_BYTE_TIMEOUT = Setting.duration(
                    "first-byte-timeout",
                    "The longest until an answer begins, counted from the start of the call.",
                    Duration.ofMillis(100),
                    Duration.ofDays(7))
            .withDefault(Duration.ofMinutes(10));
    static final Setting<Duration> KEEP_ALIVE = Setting.duration(
                    "keep-alive",
                    "The longest a connection may be idle and still be used again; shorter than what drops idle connections"
                            + " on the way, such as a NAT gateway.",
                    Duration.ZERO,
                    Duration.ofMinutes(20))
            .withDefault(Duration.ofSeconds(30));
    static final Setting<Duration> MAX_RETRY_AFTER = Setting.duration(
                    "max-retry-after",
                    "The longest that the upstream's Retry-After holds requests.",
                    Duration.ZERO,
                    Duration.ofDays(1))
            .withDefault(Duration.ofHours(1));
    static final Setting<Long> MAX_SIZE = Setting.size(
                    "max-size", "The most bytes an answer may have.", 1, Long.MAX_VALUE)
            .withDefault(5L << 30);
    static final Setting<Integer> MAX_REDIRECTS = Setting.integer(
                    "max-redirects", "How many redirects within the upstream a request may follow.", 0, 20)
            .withDefault(5);
    static final Setting<String> PROBE_PATH = Setting.text(
            "probe-path",
            "A path of the upstream that tells its health by 503 and 429; without one any answer of its base will do.");
    static final Setting<String> ACCEPT =
            Setting.text("accept", "The Accept header to send, such as text/csv, application/json;q=0.5.");
    static final Setting<List<String>> FORMATS = Setting.texts(
                    "formats",
                    "The formats a result is to have, each from a call of its own, such as [csv, xlsx]; without them the one"
                            + " that the upstream answers with.")
            .withDefault(List.of());
    static final Setting<FormatBy> FORMAT_BY = Setting.choice(
                    "format-by", "How the upstream is asked for one of the formats.", FormatBy.class)
            .withDefault(FormatBy.ACCEPT);
    static final Setting<String> FORMAT_PARAMETER = Setting.text(
                    "format-parameter", "The parameter that names the format, with format-by = parameter.")
            .withDefault("_format");
    static final Setting<List<String>> HEADERS = Setting.texts(
                    "headers", "Further headers to send, each as 'Name: value'.")
            .withDefault(List.of())
            .secret();
    static final Setting<Boolean> ACCEPT_CLOSE_DELIMITED = Setting.flag(
                    "accept-close-delimited",
                    "Whether to accept answers with neither Content-Length nor chunks, whose end cannot be told from a"
                            + " broken connection.")
            .withDefault(false);

    private GatewayOptions() {}

    static List<Setting<?>> all() {
        return List.of(
                UPSTREAM,
                ALLOW,
                TIMEOUT,
                CONNECT_TIMEOUT,
                FIRST_BYTE_TIMEOUT,
                IDLE_TIMEOUT,
                KEEP_ALIVE,
                MAX_SIZE,
                MAX_REDIRECTS,
                MAX_RETRY_AFTER,
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
                settings.get(FIRST_BYTE_TIMEOUT),
                settings.get(IDLE_TIMEOUT),
                settings.get(KEEP_ALIVE),
                settings.get(MAX_SIZE),
                settings.get(MAX_REDIRECTS),
                settings.get(MAX_RETRY_AFTER),
                settings.find(PROBE_PATH),
                settings.find(ACCEPT),
                settings.get(FORMATS),
                settings.get(FORMAT_BY),
                settings.get(FORMAT_PARAMETER),
                headers,
                settings.get(ACCEPT_CLOSE_DELIMITED),
                Redaction.DEFAULT);
    }
}
