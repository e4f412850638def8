package org.armlib.http.api;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.armlib.domain.Redaction;
import org.armlib.spi.InvalidSettingException;

/**
 * What the HTTP API allows. Immutable.
 *
 * @param adminToken the bearer token of {@code /admin}; without one there is no {@code /admin}; never shown
 * @param submitToken the bearer token that submitting, cancelling and resubmitting need; without one anybody may; never
 *     shown
 * @param maxBody the most a request body may have, in bytes
 * @param maxQueue how many requests may wait before further ones are refused, near enough
 * @param maxWait the longest that one call waits for a request
 * @param maxWaiters how many calls may wait at a time, event streams included
 * @param pollInterval how often a request that somebody waits for is looked at, once it has been waited for a while
 * @param redirectFor where the cache can sign addresses ({@link org.armlib.ports.Presigning}), who fetches a result is
 *     sent to the store behind it, by an address that is valid so long; without it the server passes the bytes on
 * @param retention how long ago requests ended that {@code /admin/prune} forgets, where the call does not say
 * @param routes the routes that there are
 * @param allMeters whether {@code /metrics} shows all of a registry that the program shares with others, its own meters
 *     included; armlib's only otherwise
 * @param redaction which parameters are secret, so that no answer shows their values
 */
public record ApiSettings(
        Optional<String> adminToken,
        Optional<String> submitToken,
        int maxBody,
        long maxQueue,
        Duration maxWait,
        int maxWaiters,
        Duration pollInterval,
        Optional<Duration> redirectFor,
        Duration retention,
        Set<RouteGroup> routes,
        boolean allMeters,
        Redaction redaction) {
    /**
     * No tokens, so that there is no {@code /admin} and anybody may submit; limits for a server of usual size; results
     * come from the server itself; requests are remembered for a week; all routes, and armlib's own meters.
     */
    public static final ApiSettings DEFAULT = new ApiSettings(
            Optional.empty(),
            Optional.empty(),
            2 * 1024 * 1024,
            1_000_000,
            Duration.ofSeconds(60),
            10_000,
            Duration.ofMillis(500),
            Optional.empty(),
            Duration.ofDays(7),
            EnumSet.allOf(RouteGroup.class),
            false,
            Redaction.DEFAULT);

    /** The longest that an address to which results are redirected may be valid, which is what stores allow. */
    public static final Duration LONGEST_REDIRECT = Duration.ofDays(7);

    private static final int SHORTEST_TOKEN = 16;

    /** @throws InvalidSettingException if a token is too short or could not be sent, or a limit allows nothing */
    public ApiSettings {
        adminToken.ifPresent(token -> checkToken("admin-token", token));
        submitToken.ifPresent(token -> checkToken("submit-token", token));
        checkAtLeast("max-body", maxBody, 1);
        checkAtLeast("max-queue", maxQueue, 1);
        checkAtLeast("max-waiters", maxWaiters, 0);
        if (maxWait.isNegative()) {
            throw new InvalidSettingException("max-wait", "is negative");
        }
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new InvalidSettingException("poll-interval", "is not longer than zero");
        }
        redirectFor.ifPresent(ApiSettings::checkRedirect);
        if (retention.isNegative()) {
            throw new InvalidSettingException("retention", "is negative");
        }
        routes = Set.copyOf(routes);
    }

    /** Settings with all routes, armlib's own meters, and {@link Redaction#DEFAULT} for secret parameters. */
    public ApiSettings(
            Optional<String> adminToken,
            Optional<String> submitToken,
            int maxBody,
            long maxQueue,
            Duration maxWait,
            int maxWaiters,
            Duration pollInterval,
            Optional<Duration> redirectFor,
            Duration retention) {
        this(
                adminToken,
                submitToken,
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                redirectFor,
                retention,
                EnumSet.allOf(RouteGroup.class),
                false,
                Redaction.DEFAULT);
    }

    /** These settings with an admin token. */
    public ApiSettings withAdminToken(String token) {
        return new ApiSettings(
                Optional.of(token),
                submitToken,
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                redirectFor,
                retention,
                routes,
                allMeters,
                redaction);
    }

    /** These settings with a token that submitting needs. */
    public ApiSettings withSubmitToken(String token) {
        return new ApiSettings(
                adminToken,
                Optional.of(token),
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                redirectFor,
                retention,
                routes,
                allMeters,
                redaction);
    }

    /** These settings with results fetched from the store itself, by addresses that are valid so long. */
    public ApiSettings withRedirectFor(Duration validFor) {
        return new ApiSettings(
                adminToken,
                submitToken,
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                Optional.of(validFor),
                retention,
                routes,
                allMeters,
                redaction);
    }

    /** These settings with requests forgotten that ended longer ago than that, where a call does not say. */
    public ApiSettings withRetention(Duration age) {
        return new ApiSettings(
                adminToken,
                submitToken,
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                redirectFor,
                age,
                routes,
                allMeters,
                redaction);
    }

    /** These settings without some of the routes. */
    public ApiSettings withoutRoutes(RouteGroup... groups) {
        Set<RouteGroup> left = new HashSet<>(routes);
        List.of(groups).forEach(left::remove);
        return new ApiSettings(
                adminToken,
                submitToken,
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                redirectFor,
                retention,
                left,
                allMeters,
                redaction);
    }

    /** These settings with {@code /metrics} showing all of the registry, to everyone who reaches the route. */
    public ApiSettings withAllMeters() {
        return new ApiSettings(
                adminToken,
                submitToken,
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                redirectFor,
                retention,
                routes,
                true,
                redaction);
    }

    /** These settings with another rule for which parameters are secret. */
    public ApiSettings withRedaction(Redaction rule) {
        return new ApiSettings(
                adminToken,
                submitToken,
                maxBody,
                maxQueue,
                maxWait,
                maxWaiters,
                pollInterval,
                redirectFor,
                retention,
                routes,
                allMeters,
                rule);
    }

    /** Without the tokens. */
    @Override
    public String toString() {
        return "ApiSettings[adminToken=" + (adminToken.isPresent() ? "set" : "none") + ", submitToken="
                + (submitToken.isPresent() ? "set" : "none") + ", maxBody=" + maxBody + ", maxQueue=" + maxQueue
                + ", maxWait=" + maxWait + ", maxWaiters=" + maxWaiters + ", pollInterval=" + pollInterval
                + ", redirectFor="
                + redirectFor.map(Duration::toString).orElse("none") + ", retention=" + retention + ", routes=" + routes
                + ", allMeters=" + allMeters + "]";
    }

    private static void checkRedirect(Duration validFor) {
        if (validFor.compareTo(Duration.ofSeconds(1)) < 0 || validFor.compareTo(LONGEST_REDIRECT) > 0) {
            throw new InvalidSettingException(
                    "redirect-for", "is " + validFor + "; from PT1S to " + LONGEST_REDIRECT + " is allowed");
        }
    }

    private static void checkAtLeast(String setting, long value, long least) {
        if (value < least) {
            throw new InvalidSettingException(setting, "is " + value + "; at least " + least + " is allowed");
        }
    }

    private static void checkToken(String setting, String token) {
        if (token.length() < SHORTEST_TOKEN || !token.matches("[A-Za-z0-9._~+/=-]+")) {
            throw new InvalidSettingException(
                    setting,
                    "is no token of " + SHORTEST_TOKEN + " or more characters out of A-Z a-z 0-9 . _ ~ + / = -");
        }
    }
}
