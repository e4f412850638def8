package org.armlib.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The values of an adapter's settings. Immutable. */
public final class Settings {
    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** Begins a set of values. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The value of a setting, or its default.
     *
     * @throws InvalidSettingException if there is neither
     */
    public <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseThrow(() ->
                        new InvalidSettingException(setting.name(), "is required; allowed: " + setting.allowed()));
    }

    /** The value of a setting, or its default, or empty. */
    public <T> Optional<T> find(Setting<T> setting) {
        Object value = values.get(setting.name());
        return value == null ? setting.defaultValue() : Optional.of(setting.cast(value));
    }

    /** Gathers values. Not thread-safe. */
    public static final class Builder {
        private final Map<String, Object> values = new LinkedHashMap<>();

        private Builder() {}

        /** Gives a setting a value. */
        public <T> Builder set(Setting<T> setting, T value) {
            values.put(setting.name(), value);
            return this;
        }

        /**
         * Gives a setting the value that its configured form stands for.
         *
         * @throws InvalidSettingException if it stands for none
         */
        public <T> Builder read(Setting<T> setting, Object configured) {
            return set(setting, setting.read(configured));
        }

        /** The values. */
        public Settings build() {
            return new Settings(values);
        }
    }
}
