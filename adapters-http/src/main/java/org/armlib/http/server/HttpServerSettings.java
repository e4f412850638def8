package org.armlib.http.server;

import java.time.Duration;
import java.util.List;
import org.armlib.domain.Parameters;
import org.armlib.http.api.ApiSettings;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/**
 * Where the server listens, and how it works. Immutable.
 *
 * @param host the address to listen on; the machine itself alone can reach {@code 127.0.0.1}
 * @param port the port, 0 for any that is free
 * @param threads how many calls are worked on at a time; calls that wait, and results on their way to slow clients, need
 *     none
 * @param idleTimeout how long a connection may be idle, and a client keep the server waiting in the midst of a call
 * @param drainDelay how long the server goes on, not ready and taking no further requests, before it stops listening, so
 *     that what spreads the load over several servers can notice
 * @param grace how long calls under way may go on after that
 * @param maxConnections how many connections may be open at a time; further ones wait to be accepted
 * @param api what the API allows
 */
public record HttpServerSettings(
        String host,
        int port,
        int threads,
        Duration idleTimeout,
        Duration drainDelay,
        Duration grace,
        int maxConnections,
        ApiSettings api) {

    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "::1");

    private static final Duration HOUR = Duration.ofHours(1);

    private static final Setting<String> HOST =
            Setting.text("host", "The address to listen on.").withDefault("127.0.0.1");
    private static final Setting<Integer> PORT = Setting.integer(
                    "port", "The port to listen on, 0 for any that is free.", 0, 65_535)
            .withDefault(8080);
    private static final Setting<Integer> THREADS = Setting.integer(
                    "threads", "Calls worked on at a time; calls that wait need no thread.", 4, 10_000)
            .withDefault(100);
    private static final Setting<Duration> IDLE_TIMEOUT = Setting.duration(
                    "idle-timeout", "The longest a connection may be idle.", Duration.ofMillis(100), HOUR)
            .withDefault(Duration.ofSeconds(30));
    private static final Setting<Duration> DRAIN_DELAY = Setting.duration(
                    "drain-delay",
                    "How long the server goes on at shutdown, not ready, before it stops listening.",
                    Duration.ZERO,
                    HOUR)
            .withDefault(Duration.ZERO);
    private static final Setting<Duration> GRACE = Setting.duration(
                    "grace", "How long calls under way may go on at shutdown.", Duration.ZERO, HOUR)
            .withDefault(Duration.ofSeconds(10));
    private static final Setting<Integer> MAX_CONNECTIONS = Setting.integer(
                    "max-connections",
                    "Connections that may be open at a time, those of calls that wait included; further ones wait.",
                    10,
                    1_000_000)
            .withDefault(20_000);
    private static final Setting<String> ADMIN_TOKEN = Setting.text(
                    "admin-token", "The bearer token of /admin, 16 characters or more; without one there is no /admin.")
            .secret();
    private static final Setting<String> SUBMIT_TOKEN = Setting.text(
                    "submit-token", "The bearer token that submitting and cancelling need; without one anybody may.")
            .secret();
    private static final Setting<Long> MAX_BODY = Setting.size(
                    "max-body", "The most a request body may have.", 1024, 100L * 1024 * 1024)
            .withDefault((long) ApiSettings.DEFAULT.maxBody());
    private static final Setting<Long> MAX_PARAMETERS = Setting.size(
                    "max-parameters", "The most the parameters of one request may have.", 1, Parameters.MAX_BYTES)
            .withDefault((long) ApiSettings.DEFAULT.maxParameters());
    private static final Setting<Integer> MAX_QUEUE = Setting.integer(
                    "max-queue", "How many requests may wait before further ones are refused.", 1, Integer.MAX_VALUE)
            .withDefault((int) ApiSettings.DEFAULT.maxQueue());
    private static final Setting<Duration> MAX_WAIT = Setting.duration(
                    "max-wait", "The longest one call waits for a request.", Duration.ZERO, HOUR)
            .withDefault(ApiSettings.DEFAULT.maxWait());
    private static final Setting<Integer> MAX_WAITERS = Setting.integer(
                    "max-waiters", "How many calls may wait at a time, event streams included.", 0, 1_000_000)
            .withDefault(ApiSettings.DEFAULT.maxWaiters());
    private static final Setting<Integer> MAX_WAITERS_PER_ADDRESS = Setting.integer(
                    "max-waiters-per-address",
                    "How many calls from one network address may wait at a time; a proxy in front is one address.",
                    0,
                    1_000_000)
            .withDefault(ApiSettings.DEFAULT.maxWaitersPerAddress());
    private static final Setting<Duration> POLL_INTERVAL = Setting.duration(
                    "poll-interval",
                    "How often a request that calls wait for is looked at, once they have waited for a while.",
                    Duration.ofMillis(20),
                    HOUR)
            .withDefault(ApiSettings.DEFAULT.pollInterval());
    private static final Setting<List<String>> HOSTS = Setting.texts(
                    "hosts",
                    "The names of hosts that calls may ask for, 421 otherwise; without any, the names of this machine where"
                            + " host is a loopback address, and all names elsewhere.")
            .withDefault(List.of());
    private static final Setting<Boolean> BATCH_BY_GET = Setting.flag(
                    "batch-by-get", "Whether GET /batch submits a request, as a link does; POST always does.")
            .withDefault(true);
    private static final Setting<Duration> REDIRECT_FOR = Setting.duration(
            "redirect-for",
            "Send who fetches a result to the store behind the cache, by an address that is valid so long, where the"
                    + " cache has such (s3); without this the server passes the bytes on.",
            Duration.ofSeconds(1),
            ApiSettings.LONGEST_REDIRECT);

    /** @throws InvalidSettingException if one of them cannot work */
    public HttpServerSettings {
        if (host.isBlank()) {
            throw new InvalidSettingException(
                    "host", "is empty; 127.0.0.1 is this machine alone, 0.0.0.0 all networks");
        }
        if (port < 0 || port > 65_535) {
            throw new InvalidSettingException("port", "is " + port + "; from 0 to 65535 is allowed");
        }
        if (threads < 4) {
            throw new InvalidSettingException("threads", "is " + threads + "; a server needs at least 4");
        }
    }

    /** Settings with the usual number of connections. */
    public HttpServerSettings(
            String host,
            int port,
            int threads,
            Duration idleTimeout,
            Duration drainDelay,
            Duration grace,
            ApiSettings api) {
        this(
                host,
                port,
                threads,
                idleTimeout,
                drainDelay,
                grace,
                MAX_CONNECTIONS.defaultValue().orElseThrow(),
                api);
    }

    /** On this machine alone, on a port that is free, the API as {@code api} says. */
    public static HttpServerSettings local(ApiSettings api) {
        return new HttpServerSettings(
                HOST.defaultValue().orElseThrow(),
                0,
                THREADS.defaultValue().orElseThrow(),
                IDLE_TIMEOUT.defaultValue().orElseThrow(),
                DRAIN_DELAY.defaultValue().orElseThrow(),
                GRACE.defaultValue().orElseThrow(),
                MAX_CONNECTIONS.defaultValue().orElseThrow(),
                api);
    }

    /** These settings with another API. */
    HttpServerSettings withApi(ApiSettings newApi) {
        return new HttpServerSettings(host, port, threads, idleTimeout, drainDelay, grace, maxConnections, newApi);
    }

    static List<Setting<?>> all() {
        return List.of(
                HOST,
                PORT,
                THREADS,
                IDLE_TIMEOUT,
                DRAIN_DELAY,
                GRACE,
                MAX_CONNECTIONS,
                ADMIN_TOKEN,
                SUBMIT_TOKEN,
                MAX_BODY,
                MAX_PARAMETERS,
                MAX_QUEUE,
                MAX_WAIT,
                MAX_WAITERS,
                MAX_WAITERS_PER_ADDRESS,
                POLL_INTERVAL,
                HOSTS,
                BATCH_BY_GET,
                REDIRECT_FOR);
    }

    /** A name that leads to this machine's loopback address by a stranger's DNS must not make its pages ours. */
    private static List<String> hosts(String host, List<String> named) {
        return named.isEmpty() && LOOPBACK.contains(host) ? LOOPBACK : named;
    }

    static HttpServerSettings from(Settings settings) {
        ApiSettings.Builder api = ApiSettings.builder()
                .maxBody(settings.get(MAX_BODY).intValue())
                .maxParameters(settings.get(MAX_PARAMETERS).intValue())
                .maxQueue(settings.get(MAX_QUEUE))
                .maxWait(settings.get(MAX_WAIT))
                .maxWaiters(settings.get(MAX_WAITERS))
                .maxWaitersPerAddress(settings.get(MAX_WAITERS_PER_ADDRESS))
                .pollInterval(settings.get(POLL_INTERVAL))
                .hosts(hosts(settings.get(HOST), settings.get(HOSTS)))
                .batchByGet(settings.get(BATCH_BY_GET));
        settings.find(ADMIN_TOKEN).ifPresent(api::adminToken);
        settings.find(SUBMIT_TOKEN).ifPresent(api::submitToken);
        settings.find(REDIRECT_FOR).ifPresent(api::redirectFor);
        return new HttpServerSettings(
                settings.get(HOST),
                settings.get(PORT),
                settings.get(THREADS),
                settings.get(IDLE_TIMEOUT),
                settings.get(DRAIN_DELAY),
                settings.get(GRACE),
                settings.get(MAX_CONNECTIONS),
                api.build());
    }
}
