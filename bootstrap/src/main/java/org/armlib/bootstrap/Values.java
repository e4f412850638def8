package org.armlib.bootstrap;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.armlib.spi.Setting;
import org.armlib.spi.Setting.Kind;

/** Between the values of HOCON and those that a {@link Setting} reads. */
final class Values {
    /** HOCON would take a bare 60 for milliseconds: hardly ever what was meant. */
    private static final Pattern HAS_UNIT = Pattern.compile(".*\\p{Alpha}\\s*");

    private Values() {}

    /** The value of the type that {@code kind} says, or empty if it is none. */
    static Optional<Object> configured(Kind kind, ConfigValue value) {
        if (kind == Kind.TEXTS) {
            return texts(value);
        }
        Optional<String> scalar = scalar(value);
        if (scalar.isEmpty()) {
            return Optional.empty();
        }
        String text = scalar.get();
        try {
            return switch (kind) {
                case TEXT -> Optional.of(text);
                case INTEGER -> Optional.of(Long.parseLong(text));
                case NUMBER -> Optional.of(Double.parseDouble(text));
                case FLAG ->
                    text.equals("true") || text.equals("false")
                            ? Optional.of(Boolean.parseBoolean(text))
                            : Optional.empty();
                case DURATION ->
                    HAS_UNIT.matcher(text).matches()
                            ? Optional.of(value.atKey("v").getDuration("v"))
                            : Optional.empty();
                case SIZE ->
                    HAS_UNIT.matcher(text).matches()
                            ? Optional.of(value.atKey("v").getBytes("v"))
                            : Optional.empty();
                case TEXTS -> texts(value);
            };
        } catch (NumberFormatException | ConfigException e) {
            return Optional.empty();
        }
    }

    /** What {@link Setting#read} takes for a value it has read: lets one setting's default be given to another. */
    static Object raw(Object value) {
        if (value instanceof Integer number) {
            return number.longValue();
        }
        return value instanceof Long
                        || value instanceof Double
                        || value instanceof Boolean
                        || value instanceof Duration
                        || value instanceof List
                ? value
                : value.toString();
    }

    /** A value as it would be written in app.conf. */
    static Object written(Setting<?> setting, Object value) {
        if (value instanceof Duration duration) {
            return written(duration);
        }
        if (setting.kind() == Kind.SIZE && value instanceof Long bytes) {
            return written(bytes);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
        return value instanceof Number || value instanceof Boolean || value instanceof List ? value : value.toString();
    }

    /** A configured value as it was written, for a message. */
    static String shown(ConfigValue value) {
        return scalar(value).orElseGet(() -> value.render(ConfigRenderOptions.concise()));
    }

    /** The texts that a configured value consists of. */
    static List<String> items(ConfigValue value) {
        return value.unwrapped() instanceof List<?> items
                ? items.stream().map(String::valueOf).toList()
                : List.of(shown(value));
    }

    private static String written(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static String written(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long amount = bytes;
        while (amount != 0 && amount % 1024 == 0 && unit < units.length - 1) {
            amount /= 1024;
            unit++;
        }
        return amount + units[unit];
    }

    private static Optional<String> scalar(ConfigValue value) {
        ConfigValueType type = value.valueType();
        return type == ConfigValueType.OBJECT || type == ConfigValueType.LIST
                ? Optional.empty()
                : Optional.of(String.valueOf(value.unwrapped()));
    }

    private static Optional<Object> texts(ConfigValue value) {
        if (value.valueType() != ConfigValueType.LIST || !(value.unwrapped() instanceof List<?> items)) {
            return Optional.empty();
        }
        boolean flat = items.stream()
                .allMatch(item -> item instanceof String || item instanceof Number || item instanceof Boolean);
        return flat ? Optional.of(items.stream().map(String::valueOf).toList()) : Optional.empty();
    }
}
