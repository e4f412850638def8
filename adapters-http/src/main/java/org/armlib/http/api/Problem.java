package org.armlib.http.api;

import java.util.Locale;

/** The kinds of problems that the API tells of (RFC 9457); their types are part of the API. */
enum Problem {
    MALFORMED(400, "The request cannot be read"),
    UNAUTHORIZED(401, "A valid token is needed"),
    CROSS_SITE(403, "Pages of other sites may not do this"),
    NOT_FOUND(404, "There is nothing here"),
    UNKNOWN_REQUEST(404, "Nobody knows this request"),
    RESULT_NOT_READY(404, "The result is not ready yet"),
    NO_RESULT(404, "The request ended without a result"),
    UNKNOWN_FORMAT(404, "The result has no such format"),
    METHOD_NOT_ALLOWED(405, "This method is not allowed here"),
    NOT_ACCEPTABLE(406, "The result has no format that is acceptable"),
    TIMEOUT(408, "The request took too long to arrive"),
    KEY_CONFLICT(409, "The key stands for another request"),
    CONFLICT(409, "The request is not in the right state"),
    REQUEST_CANCELLED(409, "The request was cancelled"),
    RESULT_GONE(410, "The result was cleared, or the data were rebuilt since"),
    PRECONDITION_FAILED(412, "The result is another one"),
    TOO_LARGE(413, "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "A body of this media type is not understood"),
    RANGE_NOT_SATISFIABLE(416, "The range lies outside of the result"),
    MISDIRECTED(421, "This server does not answer for that host"),
    INVALID_REQUEST(422, "The request is not valid"),
    QUEUE_FULL(429, "Too many requests wait"),
    INTERNAL(500, "Something went wrong here"),
    REQUEST_FAILED(502, "The request failed"),
    BACKEND_UNAVAILABLE(503, "The queue or the cache does not answer"),
    DRAINING(503, "The server is about to stop"),
    TOO_MANY_WAITERS(503, "Too many calls wait");

    private final int status;
    private final String title;

    Problem(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** The URI that names this kind. */
    String type() {
        return "urn:armlib:problem:" + token();
    }

    String token() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    ProblemException because(String detail) {
        return new ProblemException(this, detail);
    }
}
