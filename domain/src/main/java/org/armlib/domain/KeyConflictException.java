package org.armlib.domain;

/** A chosen key is in use for a different request; neither request answers for the other. */
public final class KeyConflictException extends ArmlibException {
    /**
     * Says that {@code offered} came under a key that {@code stored} already has. Whoever guesses a key reads of the other
     * request, but not its secrets.
     */
    public KeyConflictException(BatchRequest stored, BatchRequest offered) {
        super(
                "key '" + stored.key() + "' belongs to the request " + abbreviated(stored)
                        + "; it cannot also stand for " + abbreviated(offered)
                        + ". Choose another key, or leave it out to have one derived.",
                stored.key());
    }

    private static String abbreviated(BatchRequest request) {
        Parameters parameters = Redaction.DEFAULT.redact(request.parameters());
        String form = request.requestUri() + (parameters.isEmpty() ? "" : "?" + parameters.toQuery());
        return form.length() <= 200 ? form : form.substring(0, 200) + "...";
    }
}
