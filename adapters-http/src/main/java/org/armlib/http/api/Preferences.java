package org.armlib.http.api;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What a {@code Prefer} header (RFC 7240) asks for.
 *
 * @param respondAsync to be answered at once
 * @param patience how long the client would wait for the result
 */
record Preferences(boolean respondAsync, Optional<Duration> patience) {
    static Preferences of(String header) {
        boolean respondAsync = false;
        Optional<Duration> wait = Optional.empty();
        for (String piece : header.split(",", -1)) {
            String[] preference = piece.split(";", 2)[0].strip().split("=", 2);
            String name = preference[0].strip().toLowerCase(Locale.ROOT);
            if (name.equals("respond-async")) {
                respondAsync = true;
            } else if (name.equals("wait") && preference.length == 2 && wait.isEmpty()) {
                wait = seconds(preference[1].strip().replaceAll("^\"|\"$", ""));
            }
        }
        return new Preferences(respondAsync, wait);
    }

    /** A number of seconds, or empty if it is none. */
    static Optional<Duration> seconds(String text) {
        return text.matches("[0-9]{1,9}") ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }
}
