package org.armlib.http.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Parameters;
import org.armlib.domain.RequestKey;
import tools.jackson.databind.JsonNode;

/** The JSON form of a request to be submitted. Each field that is missing, ill-typed or unknown is refused by name. */
final class SubmissionForm {
    private static final Set<String> FIELDS =
            Set.of("requestUri", "parameters", "sticky", "key", "estimatedTime", "priority");

    private SubmissionForm() {}

    static BatchRequest read(byte[] body) {
        JsonNode json = Json.read(body);
        if (!json.isObject()) {
            throw Problem.MALFORMED.because("the body is no JSON object");
        }
        for (String name : json.propertyNames()) {
            if (!FIELDS.contains(name)) {
                throw new InvalidRequestException(shown(name), "is no field of a request");
            }
        }
        BatchRequest.Builder request = BatchRequest.of(text(json, "requestUri"));
        if (json.has("parameters")) {
            request.parameters(parameters(json.get("parameters")));
        }
        if (json.has("sticky") && flag(json, "sticky")) {
            request.sticky();
        }
        if (json.has("key")) {
            request.key(new RequestKey(text(json, "key")));
        }
        if (json.has("estimatedTime")) {
            request.estimatedTime(span(json, "estimatedTime"));
        }
        if (json.has("priority")) {
            request.priority(integer(json, "priority"));
        }
        return request.build();
    }

    private static Parameters parameters(JsonNode json) {
        if (json.isString()) {
            return Parameters.parse(json.stringValue());
        }
        if (!json.isObject()) {
            throw new InvalidRequestException(
                    "parameters", "is neither an object from names to arrays of values nor the text of a query");
        }
        Map<String, List<Optional<String>>> occurrences = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            String field = "parameters." + shown(entry.getKey());
            if (!entry.getValue().isArray()) {
                throw new InvalidRequestException(field, "is no array of texts, such as [\"2024\"]");
            }
            List<Optional<String>> list = new ArrayList<>();
            for (JsonNode value : entry.getValue()) {
                if (!value.isString() && !value.isNull()) {
                    throw new InvalidRequestException(
                            field, "has a value that is no text, such as \"2024\", and not null for a name alone");
                }
                list.add(value.isNull() ? Optional.empty() : Optional.of(value.stringValue()));
            }
            occurrences.put(entry.getKey(), list);
        }
        return Parameters.ofOccurrences(occurrences);
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null) {
            throw new InvalidRequestException(field, "is missing");
        }
        if (!value.isString()) {
            throw new InvalidRequestException(field, "is no text");
        }
        return value.stringValue();
    }

    private static boolean flag(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (!value.isBoolean()) {
            throw new InvalidRequestException(field, "is neither true nor false");
        }
        return value.booleanValue();
    }

    private static int integer(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new InvalidRequestException(field, "is no whole number of 32 bits");
        }
        return value.intValue();
    }

    private static Duration span(JsonNode json, String field) {
        String text = text(json, field);
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidRequestException(field, "is no time span of ISO 8601, such as PT1M30S");
        }
    }

    /** A name from outside, fit for a message: printable and short. */
    private static String shown(String name) {
        String printable = name.replaceAll("[^ -~]", "?");
        return printable.length() > 60 ? printable.substring(0, 60) + "..." : printable;
    }
}
