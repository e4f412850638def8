package org.armlib.http.gateway;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The header {@code Retry-After} (RFC 9110, sections 10.2.3 and 5.6.7): seconds, or a date in any of three forms. */
final class RetryAfter {
    /** Fractions are not in the standard, but are sent. Enough digits for every clock, so that none take long. */
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,100}(\\.[0-9]{1,100})?");

    /** The date carries its day of the week only for people. */
    private static final Pattern WEEKDAY = Pattern.compile("^[A-Za-z]++,?\\s++");

    private static final Pattern ZONE = Pattern.compile("\\s{1,50}(GMT|UTC|[+-]0000)$");

    private final Clock clock;
    private final Duration longest;

    /** Reads delays up to {@code longest}; dates count from {@code clock} if the response does not say what time it is. */
    RetryAfter(Clock clock, Duration longest) {
        this.clock = clock;
        this.longest = longest;
    }

    /** Returns the delay, from zero to the longest allowed; empty if the response sets none that can be read. */
    Optional<Duration> of(HttpHeaders headers) {
        return headers.firstValue("retry-after")
                .map(String::strip)
                .flatMap(value -> SECONDS.matcher(value).matches()
                        ? Optional.of(seconds(value))
                        : date(value, clock.instant()).map(then -> until(then, headers)));
    }

    private Duration seconds(String value) {
        BigDecimal seconds = new BigDecimal(value).setScale(0, RoundingMode.CEILING);
        return Duration.ofSeconds(
                seconds.min(BigDecimal.valueOf(longest.toSeconds())).longValueExact());
    }

    /** By the upstream's own clock if it shows it. */
    private Duration until(Instant then, HttpHeaders headers) {
        Instant now = headers.firstValue("date")
                .flatMap(value -> date(value.strip(), clock.instant()))
                .orElseGet(clock::instant);
        Duration delay = Duration.between(now, then);
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(longest) > 0 ? longest : delay;
    }

    private static Optional<Instant> date(String value, Instant now) {
        String text = ZONE.matcher(WEEKDAY.matcher(value).replaceFirst(""))
                .replaceFirst("")
                .replaceAll("\\s++", " ");
        return forms(now).stream().flatMap(form -> parse(text, form).stream()).findFirst();
    }

    private static Optional<Instant> parse(String text, DateTimeFormatter form) {
        try {
            return Optional.of(LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** IMF-fixdate, RFC 850 and asctime, without day of the week and zone. */
    private static List<DateTimeFormatter> forms(Instant now) {
        // A year of two digits that seems more than 50 years ahead is in the past.
        LocalDate base = LocalDate.ofInstant(now, ZoneOffset.UTC).minusYears(49);
        return List.of(
                form(builder -> builder.appendPattern("d MMM uuuu HH:mm:ss")),
                form(builder -> builder.appendPattern("d-MMM-")
                        .appendValueReduced(ChronoField.YEAR, 2, 2, base)
                        .appendPattern(" HH:mm:ss")),
                form(builder -> builder.appendPattern("MMM d HH:mm:ss uuuu")));
    }

    private static DateTimeFormatter form(UnaryOperator<DateTimeFormatterBuilder> pattern) {
        return pattern.apply(new DateTimeFormatterBuilder().parseCaseInsensitive())
                .toFormatter(Locale.US)
                .withResolverStyle(ResolverStyle.STRICT);
    }
}
