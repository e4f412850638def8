package org.armlib.http.api;

import java.security.MessageDigest;
import java.util.Optional;

/** Who may call what. Immutable. */
final class Tokens {
    private static final String SCHEME = "Bearer ";

    private final Optional<byte[]> admin;
    private final Optional<byte[]> submit;

    Tokens(ApiSettings settings) {
        this.admin = settings.adminToken().map(StatusForm::sha256);
        this.submit = settings.submitToken().map(StatusForm::sha256);
    }

    /** Whether there is anything for administrators here. */
    boolean hasAdmin() {
        return admin.isPresent();
    }

    /** Whether a call bears a token of this server. */
    boolean isKnown(Exchange exchange) {
        return is(exchange, submit) || is(exchange, admin);
    }

    /** Refuses a call without the right token. */
    void check(Exchange exchange, Routes.Access access) {
        boolean granted = switch (access) {
            case ANYBODY -> true;
            case SUBMITTER -> submit.isEmpty() || is(exchange, submit) || is(exchange, admin);
            case ADMIN -> is(exchange, admin);
        };
        if (!granted) {
            throw Problem.UNAUTHORIZED
                    .because("send 'Authorization: Bearer TOKEN' with the token that the server was configured with")
                    .header("WWW-Authenticate", "Bearer realm=\"armlib\"");
        }
    }

    /** Digests are compared, in a time that tells nothing of where they differ. */
    private static boolean is(Exchange exchange, Optional<byte[]> token) {
        Optional<String> given = exchange.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip());
        return given.isPresent()
                && token.isPresent()
                && MessageDigest.isEqual(StatusForm.sha256(given.get()), token.get());
    }
}
