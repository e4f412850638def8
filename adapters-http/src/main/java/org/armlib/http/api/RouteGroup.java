package org.armlib.http.api;

import java.util.Arrays;

/** Routes of the API that a program can leave out together; those of a group that is left out answer 404. */
public enum RouteGroup {
    /** {@code /requests}: submitting, statuses, cancelling. Other groups link to the statuses. */
    REQUESTS("/requests"),
    /** {@code /batch}: submitting by the upstream API's own URLs. */
    BATCH("/batch"),
    /** {@code /results}. Statuses link to them. */
    RESULTS("/results"),
    /** {@code /admin}, which needs the admin token. */
    ADMIN("/admin"),
    /** {@code /health}. */
    HEALTH("/health"),
    /** {@code /metrics}. */
    METRICS("/metrics"),
    /** {@code /openapi.json}. */
    DESCRIPTION("/openapi.json"),
    /** The console page, at the place where the API is mounted, and {@code /overview}, which it shows. */
    CONSOLE("/console");

    private final String firstSegment;

    RouteGroup(String firstSegment) {
        this.firstSegment = firstSegment;
    }

    /** The group of a route by its template. */
    static RouteGroup of(String template) {
        return Arrays.stream(values())
                .filter(group -> template.equals(group.firstSegment) || template.startsWith(group.firstSegment + "/"))
                .findFirst()
                .orElse(CONSOLE);
    }
}
