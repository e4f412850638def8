package org.armlib.spi;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One setting of an adapter: its name, what it means, and which values it takes. Immutable.
 *
 * <p>Made by one of the methods named for its type, optional at first; {@link #required} or {@link #withDefault} changes
 * that.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {
    /** How the configuration file's reader is to read the value before {@link #read} takes it. */
    public enum Kind {
        /** As {@link String}. */
        TEXT,
        /** As {@link Long}. */
        INTEGER,
        /** As {@link Double}. */
        NUMBER,
        /** As {@link Boolean}. */
        FLAG,
        /** As {@link Duration}, written with a unit. */
        DURATION,
        /** As {@link Long}, a number of bytes, written with a unit. */
        SIZE,
        /** As a {@link List} of {@link String}. */
        TEXTS
    }

    private final String name;
    private final Kind kind;
    private final String description;
    private final String allowed;
    private final Function<Object, T> reader;
    private final boolean required;
    private final boolean secret;
    private final @Nullable T defaultValue;

    private Setting(
            String name,
            Kind kind,
            String description,
            String allowed,
            Function<Object, T> reader,
            boolean required,
            boolean secret,
            @Nullable T defaultValue) {
        this.name = name;
        this.kind = kind;
        this.description = description;
        this.allowed = allowed;
        this.reader = reader;
        this.required = required;
        this.secret = secret;
        this.defaultValue = defaultValue;
    }

    private static <T> Setting<T> optional(
            String name, Kind kind, String description, String allowed, Function<Object, T> reader) {
        return new Setting<>(name, kind, description, allowed, reader, false, false, null);
    }

    /** Any text. */
    public static Setting<String> text(String name, String description) {
        return optional(name, Kind.TEXT, description, "a text", String.class::cast);
    }

    /** Several texts. */
    @SuppressWarnings("unchecked")
    public static Setting<List<String>> texts(String name, String description) {
        return optional(name, Kind.TEXTS, description, "a list of texts", value -> List.copyOf((List<String>) value));
    }

    /** A whole number from {@code min} to {@code max}. */
    public static Setting<Integer> integer(String name, String description, int min, int max) {
        String allowed = "a whole number from " + min + " to " + max;
        return optional(name, Kind.INTEGER, description, allowed, value -> {
            long number = (Long) value;
            return (int) inRange(name, allowed, number, min, max, String.valueOf(number));
        });
    }

    /** A number from {@code min} to {@code max}. */
    public static Setting<Double> number(String name, String description, double min, double max) {
        String allowed = "a number from " + min + " to " + max;
        return optional(name, Kind.NUMBER, description, allowed, value -> {
            double number = (Double) value;
            if (!(number >= min && number <= max)) {
                throw refused(name, String.valueOf(number), allowed);
            }
            return number;
        });
    }

    /** {@code true} or {@code false}. */
    public static Setting<Boolean> flag(String name, String description) {
        return optional(name, Kind.FLAG, description, "true or false", Boolean.class::cast);
    }

    /** A time span from {@code min} to {@code max}. */
    public static Setting<Duration> duration(String name, String description, Duration min, Duration max) {
        String allowed = "a time span with a unit, such as 90s, 5m or 2h, from " + min + " to " + max;
        return optional(name, Kind.DURATION, description, allowed, value -> {
            Duration duration = (Duration) value;
            if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                throw refused(name, duration.toString(), allowed);
            }
            return duration;
        });
    }

    /** A number of bytes from {@code min} to {@code max}. */
    public static Setting<Long> size(String name, String description, long min, long max) {
        String allowed = "a size with a unit, such as 512KiB or 5GiB, from " + min + " to " + max + " bytes";
        return optional(name, Kind.SIZE, description, allowed, value -> {
            long bytes = (Long) value;
            return inRange(name, allowed, bytes, min, max, bytes + " bytes");
        });
    }

    /** A file or folder. */
    public static Setting<Path> path(String name, String description) {
        String allowed = "a file or folder";
        return optional(name, Kind.TEXT, description, allowed, value -> {
            try {
                return Path.of((String) value);
            } catch (InvalidPathException e) {
                throw refused(name, (String) value, allowed);
            }
        });
    }

    /** An {@code http} or {@code https} address. */
    public static Setting<URI> httpUri(String name, String description) {
        String allowed = "an address such as http://127.0.0.1:9000 or https://example.org/api";
        return optional(name, Kind.TEXT, description, allowed, value -> {
            try {
                URI uri = new URI((String) value);
                String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
                if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                    throw refused(name, (String) value, allowed);
                }
                return uri;
            } catch (URISyntaxException e) {
                throw refused(name, (String) value, allowed);
            }
        });
    }

    /** A time of day. */
    public static Setting<LocalTime> timeOfDay(String name, String description) {
        String allowed = "a time of day such as 02:00";
        return optional(name, Kind.TEXT, description, allowed, value -> {
            try {
                return LocalTime.parse((String) value);
            } catch (DateTimeException e) {
                throw refused(name, (String) value, allowed);
            }
        });
    }

    /** A time zone. */
    public static Setting<ZoneId> zone(String name, String description) {
        String allowed = "a time zone such as Europe/London or UTC";
        return optional(name, Kind.TEXT, description, allowed, value -> {
            try {
                return ZoneId.of((String) value);
            } catch (DateTimeException e) {
                throw refused(name, (String) value, allowed);
            }
        });
    }

    /** One of an enum's constants, written in lower case with hyphens. */
    public static <E extends Enum<E>> Setting<E> choice(String name, String description, Class<E> type) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        String allowed = constants.stream().map(Setting::written).collect(Collectors.joining(", "));
        return optional(
                name,
                Kind.TEXT,
                description,
                allowed,
                value -> constants.stream()
                        .filter(constant -> written(constant).equals(value))
                        .findFirst()
                        .orElseThrow(() -> refused(name, (String) value, allowed)));
    }

    /** This setting, without which the adapter cannot work. */
    public Setting<T> required() {
        return new Setting<>(name, kind, description, allowed, reader, true, secret, null);
    }

    /** This setting, with the value it has when none is configured. */
    public Setting<T> withDefault(T value) {
        return new Setting<>(name, kind, description, allowed, reader, false, secret, value);
    }

    /** This setting, whose value is never shown. */
    public Setting<T> secret() {
        return new Setting<>(name, kind, description, allowed, reader, required, true, defaultValue);
    }

    /** The name within the section: lower case words with hyphens between, for example {@code table-prefix}. */
    public String name() {
        return name;
    }

    /** How the configured value is to be read. */
    public Kind kind() {
        return kind;
    }

    /** What it means, in a line. */
    public String description() {
        return description;
    }

    /** Which values it takes, in words. */
    public String allowed() {
        return allowed;
    }

    /** Whether it must be configured. */
    public boolean isRequired() {
        return required;
    }

    /** Whether its value must not be shown. */
    public boolean isSecret() {
        return secret;
    }

    /** The value it has when none is configured. */
    public Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /**
     * The value that a configured one, of the type that {@link #kind} says, stands for.
     *
     * @throws InvalidSettingException if it stands for none; the message shows the value unless it is secret
     */
    public T read(Object configured) {
        try {
            return reader.apply(configured);
        } catch (InvalidSettingException e) {
            throw secret ? new InvalidSettingException(name, "the value given is not allowed; allowed: " + allowed) : e;
        }
    }

    @SuppressWarnings("unchecked")
    T cast(Object value) {
        return (T) value;
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long inRange(String name, String allowed, long number, long min, long max, String shown) {
        if (number < min || number > max) {
            throw refused(name, shown, allowed);
        }
        return number;
    }

    private static InvalidSettingException refused(String name, String value, String allowed) {
        return new InvalidSettingException(name, "'" + value + "' is not allowed; allowed: " + allowed);
    }
}
