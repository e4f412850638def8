package org.armlib.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.armlib.domain.InvalidRequestException;
import tools.jackson.databind.JsonNode;

/** A JSON object whose fields are asked for by type; each missing or ill-typed one is refused by its path. */
final class JsonObject {
    private final String path;
    private final JsonNode node;

    private JsonObject(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    static JsonObject of(String path, JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidRequestException(path, "is " + kind(node) + ", not an object");
        }
        return new JsonObject(path, node);
    }

    Collection<String> names() {
        return node.propertyNames();
    }

    String text(String field) {
        return text(pathOf(field), required(field));
    }

    /** The texts of an array, empty where it has null. */
    List<Optional<String>> optionalTexts(String field) {
        List<Optional<String>> texts = new ArrayList<>();
        for (JsonNode item : array(field)) {
            texts.add(item.isNull() ? Optional.empty() : Optional.of(text(pathOf(field), item)));
        }
        return texts;
    }

    int integer(String field) {
        JsonNode value = required(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw refused(field, "is " + kind(value) + ", not a whole number of 32 bits");
        }
        return value.intValue();
    }

    long natural(String field) {
        JsonNode value = required(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw refused(field, "is " + kind(value) + ", not a whole number from 0 to " + Long.MAX_VALUE);
        }
        return value.longValue();
    }

    <E> E choice(String field, List<E> choices, Function<E, String> written) {
        String text = text(field);
        return choices.stream()
                .filter(choice -> written.apply(choice).equals(text))
                .findFirst()
                .orElseThrow(() -> refused(
                        field, "is none of " + choices.stream().map(written).collect(Collectors.joining(", "))));
    }

    JsonObject object(String field) {
        return of(pathOf(field), required(field));
    }

    Optional<JsonObject> optionalObject(String field) {
        return Optional.ofNullable(node.get(field)).map(value -> of(pathOf(field), value));
    }

    List<JsonObject> objects(String field) {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonNode item : array(field)) {
            objects.add(of(pathOf(field) + "[" + objects.size() + "]", item));
        }
        return objects;
    }

    InvalidRequestException refused(String field, String message) {
        return new InvalidRequestException(pathOf(field), message);
    }

    private JsonNode array(String field) {
        JsonNode value = required(field);
        if (!value.isArray()) {
            throw refused(field, "is " + kind(value) + ", not an array");
        }
        return value;
    }

    JsonNode required(String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw refused(field, "is missing");
        }
        return value;
    }

    String pathOf(String field) {
        return path + "." + shown(field);
    }

    /** A name that may come from outside, fit for a message: printable and short. */
    private static String shown(String name) {
        String printable = name.replaceAll("[^ -~]", "?");
        return printable.length() > 60 ? printable.substring(0, 60) + "..." : printable;
    }

    private static String text(String path, JsonNode value) {
        if (!value.isString()) {
            throw new InvalidRequestException(path, "is " + kind(value) + ", not a text");
        }
        return value.stringValue();
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case NUMBER -> "the number " + value;
            case OBJECT -> "an object";
            case STRING -> "a text";
            case BINARY, MISSING, POJO -> "nothing";
        };
    }
}
