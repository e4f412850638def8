package org.armlib.http.api;

import java.util.LinkedHashMap;
import java.util.Map;
import org.armlib.domain.ArmlibException;
import tools.jackson.databind.node.ObjectNode;

/** Ends a call with a problem. */
final class ProblemException extends ArmlibException {
    private final Problem problem;
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private final transient ObjectNode members = Json.object();

    ProblemException(Problem problem, String detail) {
        super(detail);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }

    Map<String, String> headers() {
        return headers;
    }

    ProblemException header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    ProblemException retryAfter(long seconds) {
        return header("Retry-After", Long.toString(seconds));
    }

    /** A further member of the problem object. */
    ProblemException with(String name, String value) {
        members.put(name, value);
        return this;
    }

    ProblemException with(String name, boolean value) {
        members.put(name, value);
        return this;
    }

    ObjectNode body() {
        ObjectNode body = Json.object()
                .put("type", problem.type())
                .put("title", problem.title())
                .put("status", problem.status())
                .put("detail", getMessage());
        body.setAll(members);
        return body;
    }
}
