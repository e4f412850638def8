package org.armlib.bootstrap.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A JSON object that a server sent; a field that is not as the HTTP API has it is told by its name. */
final class ServerJson {
    private final ConfigObject object;

    private ServerJson(ConfigObject object) {
        this.object = object;
    }

    /** The object in a text, or empty if there is none. */
    static Optional<ServerJson> parse(String text) {
        try {
            return Optional.of(new ServerJson(ConfigFactory.parseString(
                            text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON))
                    .root()));
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    boolean has(String field) {
        return value(field) != null;
    }

    Collection<String> names() {
        return new TreeSet<>(object.keySet());
    }

    String text(String field) {
        return as(field, String.class);
    }

    Optional<String> optionalText(String field) {
        return has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    boolean flag(String field) {
        return as(field, Boolean.class);
    }

    long number(String field) {
        return as(field, Number.class).longValue();
    }

    double fraction(String field) {
        return as(field, Number.class).doubleValue();
    }

    Instant time(String field) {
        try {
            return Instant.parse(text(field));
        } catch (DateTimeException e) {
            throw unexpected(field);
        }
    }

    Optional<Instant> optionalTime(String field) {
        return has(field) ? Optional.of(time(field)) : Optional.empty();
    }

    Duration span(String field) {
        try {
            return Duration.parse(text(field));
        } catch (DateTimeException e) {
            throw unexpected(field);
        }
    }

    <E> E choice(String field, E[] choices, Function<E, String> written) {
        String text = text(field);
        for (E choice : choices) {
            if (written.apply(choice).equals(text)) {
                return choice;
            }
        }
        throw unexpected(field);
    }

    ServerJson object(String field) {
        return optional(field).orElseThrow(() -> unexpected(field));
    }

    Optional<ServerJson> optional(String field) {
        ConfigValue value = value(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof ConfigObject inner) {
            return Optional.of(new ServerJson(inner));
        }
        throw unexpected(field);
    }

    List<ServerJson> objects(String field) {
        List<ServerJson> objects = new ArrayList<>();
        for (ConfigValue value : list(field)) {
            if (!(value instanceof ConfigObject inner)) {
                throw unexpected(field);
            }
            objects.add(new ServerJson(inner));
        }
        return objects;
    }

    /** The texts of a list, empty where it has null. */
    List<Optional<String>> optionalTexts(String field) {
        List<Optional<String>> texts = new ArrayList<>();
        for (ConfigValue value : list(field)) {
            if (value.valueType() != ConfigValueType.NULL && !(value.unwrapped() instanceof String)) {
                throw unexpected(field);
            }
            texts.add(Optional.ofNullable((String) value.unwrapped()));
        }
        return texts;
    }

    private ConfigList list(String field) {
        if (value(field) instanceof ConfigList list) {
            return list;
        }
        throw unexpected(field);
    }

    private <T> T as(String field, Class<T> type) {
        ConfigValue value = value(field);
        if (value != null && type.isInstance(value.unwrapped())) {
            return type.cast(value.unwrapped());
        }
        throw unexpected(field);
    }

    private @Nullable ConfigValue value(String field) {
        ConfigValue value = object.get(field);
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    private static UnreachableException unexpected(String field) {
        return new UnreachableException("the server's answer is not as the HTTP API has it: the field '"
                + Shown.line(field) + "' is missing or of another kind; is it a server of another release?");
    }
}
