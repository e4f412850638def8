package org.armlib.bootstrap;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.armlib.domain.Redaction;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;
import org.jspecify.annotations.Nullable;

/** Reads the settings of one section, and gathers what is wrong with them and what takes effect. Not thread-safe. */
final class SectionReader {
    private final Section section;
    private final @Nullable ConfigObject values;
    private final @Nullable ConfigOrigin origin;
    private final Problems problems;
    private final Map<String, EffectiveSetting> effective = new LinkedHashMap<>();

    SectionReader(Section section, Config config, Problems problems) {
        this.section = section;
        this.problems = problems;
        @Nullable ConfigValue found = config.root().get(section.key());
        this.origin = found == null ? null : found.origin();
        this.values = found instanceof ConfigObject object ? object : null;
        if (found != null && values == null) {
            problems.add(
                    origin,
                    section.key(),
                    "'" + Redaction.DEFAULT.redactUrl(Values.shown(found)) + "' stands where a section is needed: "
                            + section.key() + " { ... }");
        }
    }

    /** The value of a setting or its default; empty if there is neither, or a problem with it. */
    <T> Optional<T> read(Setting<T> setting) {
        @Nullable ConfigValue value = value(setting.name());
        if (value == null) {
            setting.defaultValue()
                    .ifPresent(byDefault ->
                            takesEffect(setting, Values.written(setting, byDefault), EffectiveSetting.DEFAULT));
            return setting.defaultValue();
        }
        Optional<Object> configured = Values.configured(setting.kind(), value);
        if (configured.isEmpty()) {
            problems.add(value.origin(), path(setting.name()), notAllowed(setting, value));
            return Optional.empty();
        }
        try {
            T read = setting.read(configured.get());
            takesEffect(setting, written(setting, value, configured.get()), problems.place(value.origin()));
            return Optional.of(read);
        } catch (InvalidSettingException e) {
            problems.add(
                    value.origin(),
                    path(setting.name()),
                    setting.isSecret() ? notAllowed(setting, value) : masked(setting, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /**
     * The values of the adapter's settings. One that bears the name of a core setting gets that one's default where
     * nothing is configured, so that both work by the same value.
     */
    Settings readAll(String adapter, List<Setting<?>> settings, List<Setting<?>> core) {
        Settings.Builder builder = Settings.builder();
        for (Setting<?> setting : settings) {
            if (value(setting.name()) == null) {
                Optional<?> coreDefault = core.stream()
                        .filter(other -> other.name().equals(setting.name()))
                        .findFirst()
                        .flatMap(Setting::defaultValue);
                if (coreDefault.isPresent()) {
                    builder.read(setting, Values.raw(coreDefault.get()));
                    continue;
                }
                if (setting.isRequired() && isRefused(setting.name())) {
                    continue;
                }
                if (setting.isRequired()) {
                    problems.add(
                            origin,
                            path(setting.name()),
                            "is missing; adapter " + adapter + " needs it: " + setting.description() + "; allowed: "
                                    + setting.allowed());
                    continue;
                }
            }
            readInto(builder, setting);
        }
        return builder.build();
    }

    /** Reports keys that are not among {@code known}; {@code elsewhere} are those of adapters that were not chosen. */
    void refuseUnknown(Collection<String> known, Map<String, String> elsewhere) {
        refuseUnknown(
                known, elsewhere, adapter -> "is a setting of adapter " + adapter + ", which is not the one chosen");
    }

    /** Reports keys that are not among {@code known}, in the words of {@code reason} those of an adapter. */
    void refuseUnknown(Collection<String> known, Map<String, String> elsewhere, UnaryOperator<String> reason) {
        if (values == null) {
            return;
        }
        values.forEach((key, value) -> {
            if (!known.contains(key)) {
                @Nullable String other = elsewhere.get(key);
                problems.add(
                        value.origin(),
                        path(key),
                        other != null ? reason.apply(other) : "unknown key" + NearMiss.hint(key, known));
            }
        });
    }

    /** Reports the value of {@code setting}, or its absence. */
    void problem(String setting, String message) {
        @Nullable ConfigValue value = value(setting);
        problems.add(value == null ? origin : value.origin(), path(setting), message);
    }

    /** Whether there is a problem with the value of {@code setting}. */
    boolean isRefused(String setting) {
        return problems.concern(path(setting));
    }

    /** A message about a setting, without what is secret in its value. */
    String masked(Setting<?> setting, String message) {
        @Nullable ConfigValue value = value(setting.name());
        if (value == null) {
            return message;
        }
        if (!setting.isSecret()) {
            return message.replace(Values.shown(value), shown(setting, value));
        }
        // Messages quote the value that they refuse. One that has it in another place may not be shown, and masking
        // there
        // would garble a message in which a short secret is a word by chance.
        String quoted = message;
        for (String secret : Values.items(value)) {
            quoted = quoted.replace("'" + secret + "'", "'" + EffectiveSetting.MASKED + "'");
        }
        String rest = quoted.replace("'" + EffectiveSetting.MASKED + "'", "");
        boolean repeats = Values.items(value).stream()
                .filter(secret -> !secret.isBlank())
                .anyMatch(secret -> Pattern.compile("(?<!\\w)" + Pattern.quote(secret) + "(?!\\w)")
                        .matcher(rest)
                        .find());
        return repeats ? notAllowed(setting, value) + "; " + setting.description() : quoted;
    }

    Collection<EffectiveSetting> effective() {
        return effective.values();
    }

    private <T> void readInto(Settings.Builder builder, Setting<T> setting) {
        // A refused value is a problem already; its default lets the adapter look at the rest.
        read(setting).or(setting::defaultValue).ifPresent(value -> builder.set(setting, value));
    }

    private @Nullable ConfigValue value(String key) {
        @Nullable ConfigValue value = values == null ? null : values.get(key);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    private void takesEffect(Setting<?> setting, Object value, String source) {
        String path = path(setting.name());
        effective.putIfAbsent(path, new EffectiveSetting(path, shown(setting, value, source), source));
    }

    /** A default is in the documentation, so that it is no secret. */
    private static Object shown(Setting<?> setting, Object value, String source) {
        if (setting.isSecret() && !source.equals(EffectiveSetting.DEFAULT)) {
            return value instanceof List<?> items
                    ? items.stream().map(item -> EffectiveSetting.MASKED).toList()
                    : EffectiveSetting.MASKED;
        }
        if (value instanceof List<?> items) {
            return items.stream()
                    .map(item -> Redaction.DEFAULT.redactUrl(String.valueOf(item)))
                    .toList();
        }
        return value instanceof String text ? Redaction.DEFAULT.redactUrl(text) : value;
    }

    private static Object written(Setting<?> setting, ConfigValue value, Object configured) {
        return switch (setting.kind()) {
            case DURATION, SIZE -> Values.shown(value);
            case TEXT, INTEGER, NUMBER, FLAG, TEXTS -> configured;
        };
    }

    private static String notAllowed(Setting<?> setting, ConfigValue value) {
        return "'" + shown(setting, value) + "' is not allowed; allowed: " + setting.allowed();
    }

    private static String shown(Setting<?> setting, ConfigValue value) {
        return setting.isSecret() ? EffectiveSetting.MASKED : Redaction.DEFAULT.redactUrl(Values.shown(value));
    }

    private String path(String key) {
        return section.key() + "." + ConfigUtil.joinPath(key);
    }
}
