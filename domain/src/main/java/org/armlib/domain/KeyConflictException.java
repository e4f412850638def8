package org.armlib.domain;

/** A chosen key is in use for a different request; neither request answers for the other. */
public final class KeyConflictException extends ArmlibException {
    /** Says that {@code offered} came under a key that {@code stored} already has. */
    public KeyConflictException(BatchRequest stored, BatchRequest offered) {
        super(
                "key '" + stored.key() + "' belongs to the request " + abbreviated(stored)
                        + "; it cannot also stand for " + abbreviated(offered)
                        + ". Choose another key, or leave it out to have one derived.",
                stored.key());
    }

    private static String abbreviated(BatchRequest request) {
        String form = request.toString();
        return form.length() <= 200 ? form : form.substring(0, 200) + "...";
    }
}
