package org.armlib.domain;

/** How long a result is kept: the two areas of the cache. */
public enum CachePolicy {
    /** In the persistent area, until the data are rebuilt: for predefined downloads. */
    STICKY,
    /** In the temporary area, until the next routine purge, usually overnight: for ad hoc requests. */
    TEMPORARY;

    /** The name of the area, as it is shown to people and in the API: {@code persistent} or {@code temporary}. */
    public String area() {
        return this == STICKY ? "persistent" : "temporary";
    }

    /** Whether a result kept under this policy is still there after {@code purge}. */
    public boolean survives(Purge purge) {
        return switch (purge) {
            case ROUTINE -> this == STICKY;
            case REBUILD -> false;
        };
    }

    /** The policy that serves both callers: sticky as soon as one of them asks for it. */
    public CachePolicy or(CachePolicy other) {
        return this == STICKY || other == STICKY ? STICKY : TEMPORARY;
    }
}
