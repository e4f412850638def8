package org.armlib.http.api;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.armlib.domain.Parameters;
import org.armlib.domain.Redaction;
import org.armlib.spi.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/** The limits, tokens and routes of the HTTP API. Immutable. */
public final class ApiSettings {
    /** The longest that an address to which results are redirected may be valid, which is what stores allow. */
    public static final Duration LONGEST_REDIRECT = Duration.ofDays(7);

    /**
     * No tokens, so that there is no {@code /admin} and anybody may submit; limits for a server of usual size; results
     * come from the server itself; requests are remembered for a week; all routes, and armlib's own meters.
     */
    public static final ApiSettings DEFAULT = new Builder().build();

    private static final int SHORTEST_TOKEN = 16;

    private final Builder values;

    private ApiSettings(Builder values) {
        this.values = values;
    }

    /** Returns a builder that has the values of {@link #DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that has the values of these settings. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** Returns the bearer token of {@code /admin}; without one there is no {@code /admin}. Never shown. */
    public Optional<String> adminToken() {
        return Optional.ofNullable(values.adminToken);
    }

    /**
     * Returns the bearer token that submitting, cancelling and resubmitting need; without one anybody may. Never shown.
     */
    public Optional<String> submitToken() {
        return Optional.ofNullable(values.submitToken);
    }

    /** Returns the most a request body may have, in bytes. */
    public int maxBody() {
        return values.maxBody;
    }

    /** Returns the most the parameters of one request may have, in bytes of their query. */
    public int maxParameters() {
        return values.maxParameters;
    }

    /** Returns the number of requests that may wait before further ones are refused, near enough. */
    public long maxQueue() {
        return values.maxQueue;
    }

    /** Returns the longest that one call waits for a request. */
    public Duration maxWait() {
        return values.maxWait;
    }

    /** Returns the number of calls that may wait at a time, event streams included. */
    public int maxWaiters() {
        return values.maxWaiters;
    }

    /** Returns the number of calls from one network address that may wait at a time. */
    public int maxWaitersPerAddress() {
        return values.maxWaitersPerAddress;
    }

    /** Returns how often a request that somebody waits for is looked at, once it has been waited for a while. */
    public Duration pollInterval() {
        return values.pollInterval;
    }

    /**
     * Returns how long an address in the store is valid to which a caller who fetches a result is sent, where the cache can
     * sign addresses ({@link org.armlib.ports.Presigning}); without it the server passes the bytes on.
     */
    public Optional<Duration> redirectFor() {
        return Optional.ofNullable(values.redirectFor);
    }

    /** Returns the age beyond which {@code /admin/prune} forgets finished requests, where the call does not say. */
    public Duration retention() {
        return values.retention;
    }

    /** Returns the names of hosts, in lower case, that calls may ask for; any, if there are none. */
    public Set<String> hosts() {
        return values.hosts;
    }

    /** Returns whether a request can be submitted by {@code GET /batch}, as a link does. */
    public boolean batchByGet() {
        return values.batchByGet;
    }

    /** Returns the routes that there are. */
    public Set<RouteGroup> routes() {
        return values.routes;
    }

    /**
     * Returns whether {@code /metrics} shows all of a registry that the program shares with others, its own meters
     * included; armlib's only otherwise.
     */
    public boolean allMeters() {
        return values.allMeters;
    }

    /** Returns the rule for which parameters are secret, so that no answer shows their values. */
    public Redaction redaction() {
        return values.redaction;
    }

    /** Returns these settings with an admin token. */
    public ApiSettings withAdminToken(String token) {
        return toBuilder().adminToken(token).build();
    }

    /** Returns these settings with a token that submitting needs. */
    public ApiSettings withSubmitToken(String token) {
        return toBuilder().submitToken(token).build();
    }

    /** Returns these settings with results fetched from the store itself, by addresses that are valid so long. */
    public ApiSettings withRedirectFor(Duration validFor) {
        return toBuilder().redirectFor(validFor).build();
    }

    /** Returns these settings with another age beyond which requests are forgotten, where a call does not say. */
    public ApiSettings withRetention(Duration age) {
        return toBuilder().retention(age).build();
    }

    /** Returns these settings without some of the routes. */
    public ApiSettings withoutRoutes(RouteGroup... groups) {
        Set<RouteGroup> left = new HashSet<>(routes());
        left.removeAll(List.of(groups));
        return toBuilder().routes(left).build();
    }

    /** Returns these settings with {@code /metrics} showing all of the registry, to everyone who reaches the route. */
    public ApiSettings withAllMeters() {
        return toBuilder().allMeters(true).build();
    }

    /** Returns these settings with another rule for which parameters are secret. */
    public ApiSettings withRedaction(Redaction rule) {
        return toBuilder().redaction(rule).build();
    }

    /** Returns all but the tokens. */
    @Override
    public String toString() {
        return "ApiSettings[adminToken=" + (adminToken().isPresent() ? "set" : "none") + ", submitToken="
                + (submitToken().isPresent() ? "set" : "none") + ", maxBody=" + maxBody() + ", maxParameters="
                + maxParameters() + ", maxQueue=" + maxQueue() + ", maxWait=" + maxWait() + ", maxWaiters="
                + maxWaiters() + ", maxWaitersPerAddress=" + maxWaitersPerAddress() + ", pollInterval=" + pollInterval()
                + ", redirectFor="
                + redirectFor().map(Duration::toString).orElse("none") + ", retention=" + retention() + ", hosts="
                + hosts() + ", batchByGet=" + batchByGet() + ", routes=" + routes() + ", allMeters=" + allMeters()
                + "]";
    }

    /** Collects settings; those that are not given are those of {@link #DEFAULT}. Not thread-safe. */
    public static final class Builder {
        private @Nullable String adminToken;
        private @Nullable String submitToken;
        private int maxBody = 256 * 1024;
        private int maxParameters = 16 * 1024;
        private long maxQueue = 1_000_000;
        private Duration maxWait = Duration.ofSeconds(60);
        private int maxWaiters = 10_000;
        private int maxWaitersPerAddress = 2_500;
        private Duration pollInterval = Duration.ofMillis(500);
        private @Nullable Duration redirectFor;
        private Duration retention = Duration.ofDays(7);
        private Set<String> hosts = Set.of();
        private boolean batchByGet = true;
        private Set<RouteGroup> routes = Set.of(RouteGroup.values());
        private boolean allMeters;
        private Redaction redaction = Redaction.DEFAULT;

        private Builder() {}

        private Builder(Builder other) {
            this.adminToken = other.adminToken;
            this.submitToken = other.submitToken;
            this.maxBody = other.maxBody;
            this.maxParameters = other.maxParameters;
            this.maxQueue = other.maxQueue;
            this.maxWait = other.maxWait;
            this.maxWaiters = other.maxWaiters;
            this.maxWaitersPerAddress = other.maxWaitersPerAddress;
            this.pollInterval = other.pollInterval;
            this.redirectFor = other.redirectFor;
            this.retention = other.retention;
            this.hosts = other.hosts;
            this.batchByGet = other.batchByGet;
            this.routes = other.routes;
            this.allMeters = other.allMeters;
            this.redaction = other.redaction;
        }

        /** Sets {@link ApiSettings#adminToken}. */
        public Builder adminToken(String token) {
            adminToken = token;
            return this;
        }

        /** Sets {@link ApiSettings#submitToken}. */
        public Builder submitToken(String token) {
            submitToken = token;
            return this;
        }

        /** Sets {@link ApiSettings#maxBody}. */
        public Builder maxBody(int bytes) {
            maxBody = bytes;
            return this;
        }

        /** Sets {@link ApiSettings#maxParameters}. */
        public Builder maxParameters(int bytes) {
            maxParameters = bytes;
            return this;
        }

        /** Sets {@link ApiSettings#maxQueue}. */
        public Builder maxQueue(long requests) {
            maxQueue = requests;
            return this;
        }

        /** Sets {@link ApiSettings#maxWait}. */
        public Builder maxWait(Duration longest) {
            maxWait = longest;
            return this;
        }

        /** Sets {@link ApiSettings#maxWaiters}. */
        public Builder maxWaiters(int calls) {
            maxWaiters = calls;
            return this;
        }

        /** Sets {@link ApiSettings#maxWaitersPerAddress}. */
        public Builder maxWaitersPerAddress(int calls) {
            maxWaitersPerAddress = calls;
            return this;
        }

        /** Sets {@link ApiSettings#pollInterval}. */
        public Builder pollInterval(Duration interval) {
            pollInterval = interval;
            return this;
        }

        /** Sets {@link ApiSettings#redirectFor}. */
        public Builder redirectFor(Duration validFor) {
            redirectFor = validFor;
            return this;
        }

        /** Sets {@link ApiSettings#retention}. */
        public Builder retention(Duration age) {
            retention = age;
            return this;
        }

        /** Sets {@link ApiSettings#hosts}; their case does not matter. */
        public Builder hosts(Collection<String> names) {
            hosts = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /** Sets {@link ApiSettings#batchByGet}. */
        public Builder batchByGet(boolean allowed) {
            batchByGet = allowed;
            return this;
        }

        /** Sets {@link ApiSettings#routes}. */
        public Builder routes(Set<RouteGroup> groups) {
            routes = Set.copyOf(groups);
            return this;
        }

        /** Sets {@link ApiSettings#allMeters}. */
        public Builder allMeters(boolean shown) {
            allMeters = shown;
            return this;
        }

        /** Sets {@link ApiSettings#redaction}. */
        public Builder redaction(Redaction rule) {
            redaction = rule;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws InvalidSettingException if a token is too short or could not be sent, or a limit allows nothing
         */
        public ApiSettings build() {
            checkToken("admin-token", adminToken);
            checkToken("submit-token", submitToken);
            checkAtLeast("max-body", maxBody, 1);
            checkAtLeast("max-parameters", maxParameters, 1);
            if (maxParameters > Parameters.MAX_BYTES) {
                throw new InvalidSettingException(
                        "max-parameters", "is " + maxParameters + "; at most " + Parameters.MAX_BYTES + " is allowed");
            }
            checkAtLeast("max-queue", maxQueue, 1);
            checkAtLeast("max-waiters", maxWaiters, 0);
            checkAtLeast("max-waiters-per-address", maxWaitersPerAddress, 0);
            if (maxWait.isNegative()) {
                throw new InvalidSettingException("max-wait", "is negative");
            }
            if (pollInterval.isNegative() || pollInterval.isZero()) {
                throw new InvalidSettingException("poll-interval", "is not longer than zero");
            }
            if (redirectFor != null) {
                checkRedirect(redirectFor);
            }
            if (retention.isNegative()) {
                throw new InvalidSettingException("retention", "is negative");
            }
            return new ApiSettings(new Builder(this));
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

        private static void checkToken(String setting, @Nullable String token) {
            if (token != null && (token.length() < SHORTEST_TOKEN || !token.matches("[A-Za-z0-9._~+/=-]++"))) {
                throw new InvalidSettingException(
                        setting,
                        "is no token of " + SHORTEST_TOKEN + " or more characters out of A-Z a-z 0-9 . _ ~ + / = -");
            }
        }
    }
}
