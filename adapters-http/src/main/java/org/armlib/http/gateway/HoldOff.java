package org.armlib.http.gateway;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How long an upstream that asked for it is to be left alone. Thread-safe. */
final class HoldOff {
    /** Where the upstream does not say: long enough not to press it, short enough not to matter. */
    static final Duration UNSAID = Duration.ofSeconds(1);

    /** An upstream that asks for more is asked again then. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private final long start = System.nanoTime();
    private final AtomicLong until = new AtomicLong();

    boolean isActive() {
        return System.nanoTime() - start < until.get();
    }

    void begin(HttpHeaders headers) {
        long end = System.nanoTime() - start + asked(headers).toNanos();
        until.accumulateAndGet(end, Math::max);
    }

    /** What {@code Retry-After} (RFC 9110, section 10.2.3) asks for; a date counts from the upstream's own clock. */
    static Duration asked(HttpHeaders headers) {
        Optional<String> retryAfter = headers.firstValue("retry-after").map(String::strip);
        if (retryAfter.isEmpty()) {
            return UNSAID;
        }
        if (retryAfter.get().matches("[0-9]{1,9}")) {
            return bounded(Duration.ofSeconds(Long.parseLong(retryAfter.get())));
        }
        try {
            ZonedDateTime then = date(retryAfter.get());
            return headers.firstValue("date")
                    .map(now -> bounded(Duration.between(date(now), then)))
                    .orElse(UNSAID);
        } catch (DateTimeParseException e) {
            return UNSAID;
        }
    }

    private static ZonedDateTime date(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
    }

    private static Duration bounded(Duration asked) {
        Duration atLeast = asked.isNegative() ? Duration.ZERO : asked;
        return atLeast.compareTo(LONGEST) > 0 ? LONGEST : atLeast;
    }
}
