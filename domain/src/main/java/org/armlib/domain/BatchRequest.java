package org.armlib.domain;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to be run later: formatted as a web request, a URI and its parameters, with what the caller wishes for it.
 *
 * <p>URI and parameters are the request's identity, as they are written; policy, estimated time, priority and trace are
 * not. Two requests with the same identity get the same derived key and are run once.
 *
 * @param key derived from URI and parameters, or chosen by the caller
 * @param requestUri the path, without query or fragment; a percent-encoded form is kept as it is
 * @param parameters the query
 * @param cachePolicy how long the result is kept
 * @param estimatedTime how long the caller thinks it will run; zero if unknown
 * @param priority higher runs first; 0 unless the caller says otherwise
 * @param trace where in a trace it was submitted; empty if the caller is not traced
 */
public record BatchRequest(
        RequestKey key,
        String requestUri,
        Parameters parameters,
        CachePolicy cachePolicy,
        Duration estimatedTime,
        int priority,
        Optional<TraceContext> trace) {
    /** The longest request URI, in characters. */
    public static final int MAX_URI_LENGTH = 8192;

    /** The longest estimate that makes sense of a request. */
    public static final Duration MAX_ESTIMATED_TIME = Duration.ofDays(7);

    /** @throws InvalidRequestException if the URI or the estimated time is not acceptable */
    public BatchRequest {
        checkUri(requestUri);
        if (estimatedTime.isNegative() || estimatedTime.compareTo(MAX_ESTIMATED_TIME) > 0) {
            throw new InvalidRequestException(
                    "estimatedTime", "is " + estimatedTime + "; from PT0S to " + MAX_ESTIMATED_TIME + " is allowed");
        }
    }

    /** Begins a request for {@code requestUri}: temporary, without parameters, of unknown duration and priority 0. */
    public static Builder of(String requestUri) {
        return new Builder(requestUri);
    }

    /**
     * Begins a request from the form in which a browser would send it, {@code /path?name=value&name=value}. Path and query
     * are kept as they are written.
     *
     * @throws InvalidRequestException if the query cannot be decoded
     */
    public static Builder parse(String pathAndQuery) {
        int question = pathAndQuery.indexOf('?');
        return question < 0
                ? of(pathAndQuery)
                : of(pathAndQuery.substring(0, question))
                        .parameters(Parameters.parse(pathAndQuery.substring(question + 1)));
    }

    /** Whether the result is to be kept in the persistent area. */
    public boolean sticky() {
        return cachePolicy == CachePolicy.STICKY;
    }

    /** Whether the other asks for the same thing: same URI, same parameters. */
    public boolean sameRequest(BatchRequest other) {
        return requestUri.equals(other.requestUri) && parameters.equals(other.parameters);
    }

    /** This request, kept as {@code policy} says. */
    public BatchRequest withCachePolicy(CachePolicy policy) {
        return policy == cachePolicy
                ? this
                : new BatchRequest(key, requestUri, parameters, policy, estimatedTime, priority, trace);
    }

    /** This request, submitted at that place of a trace. */
    public BatchRequest withTrace(TraceContext newTrace) {
        return new BatchRequest(
                key, requestUri, parameters, cachePolicy, estimatedTime, priority, Optional.of(newTrace));
    }

    /** The request as a browser would send it, {@code /path?name=value}. */
    @Override
    public String toString() {
        return parameters.isEmpty() ? requestUri : requestUri + "?" + parameters.toQuery();
    }

    private static void checkUri(String uri) {
        if (uri.isEmpty()) {
            throw new InvalidRequestException("requestUri", "is empty; give the path of the request, such as /report");
        }
        if (uri.length() > MAX_URI_LENGTH) {
            throw new InvalidRequestException(
                    "requestUri",
                    "has " + uri.length() + " characters; at most " + MAX_URI_LENGTH
                            + " are allowed, parameters have their own place");
        }
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c <= ' ' || c == '?' || c == '#' || Character.isISOControl(c) || Character.isWhitespace(c)) {
                throw new InvalidRequestException(
                        "requestUri",
                        "character " + (i + 1) + " is '" + Text.escape(String.valueOf(c))
                                + "'; a path has no spaces, no controls, no query and no fragment");
            }
        }
        int at = Text.unpairedSurrogate(uri);
        if (at >= 0) {
            throw new InvalidRequestException("requestUri", "has half a surrogate pair at character " + (at + 1));
        }
    }

    /** Gathers what is not the default. Not thread-safe; used once. */
    public static final class Builder {
        private final String requestUri;
        private Parameters parameters = Parameters.none();
        private CachePolicy cachePolicy = CachePolicy.TEMPORARY;
        private Duration estimatedTime = Duration.ZERO;
        private int priority;
        private @Nullable RequestKey key;
        private @Nullable TraceContext trace;

        private Builder(String requestUri) {
            this.requestUri = requestUri;
        }

        /** The query. */
        public Builder parameters(Parameters newParameters) {
            this.parameters = Objects.requireNonNull(newParameters);
            return this;
        }

        /** Keeps the result in the persistent area. */
        public Builder sticky() {
            return cachePolicy(CachePolicy.STICKY);
        }

        /** How long the result is kept. */
        public Builder cachePolicy(CachePolicy policy) {
            this.cachePolicy = Objects.requireNonNull(policy);
            return this;
        }

        /** How long it is expected to run. */
        public Builder estimatedTime(Duration estimate) {
            this.estimatedTime = Objects.requireNonNull(estimate);
            return this;
        }

        /** Higher runs first. */
        public Builder priority(int newPriority) {
            this.priority = newPriority;
            return this;
        }

        /** A key of the caller's choice, in place of the derived one. */
        public Builder key(RequestKey chosen) {
            this.key = Objects.requireNonNull(chosen);
            return this;
        }

        /** Where in a trace it is submitted, see {@link TraceContext#parse}. */
        public Builder trace(TraceContext newTrace) {
            this.trace = Objects.requireNonNull(newTrace);
            return this;
        }

        /**
         * The request.
         *
         * @throws InvalidRequestException if the URI or the estimated time is not acceptable
         */
        public BatchRequest build() {
            RequestKey named = key != null ? key : RequestKey.derive(requestUri, parameters);
            return new BatchRequest(
                    named, requestUri, parameters, cachePolicy, estimatedTime, priority, Optional.ofNullable(trace));
        }
    }
}
