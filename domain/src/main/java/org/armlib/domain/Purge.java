package org.armlib.domain;

/** Why results are cleared, and so which. */
public enum Purge {
    /** The regular clearing of the temporary area. */
    ROUTINE,
    /** The data behind the API were rebuilt: no older result is valid. */
    REBUILD
}
