package org.armlib.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.Parameters;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes and reads requests, parameters and manifests as JSON (RFC 8259).
 *
 * <p>What is written is read back equal, the order of parameters included. Times are in the form of RFC 3339, time spans
 * in that of ISO 8601, enum constants in lower case, and parameters an object from each name to the array of its values,
 * {@code null} where the name stands without one; parameters whose caller wrote them in another way than that object
 * tells are the text of the query.
 * Reading asks for every field that is always written and passes over any that it does not know, so that a later release
 * may add some. A request that is not traced has no field {@code trace}. Every {@code read} method throws {@link InvalidRequestException}, which names the field, if the text is not of its form.
 *
 * <p>Safe for use by many threads.
 */
public final class JsonForms {
    /** The form of manifests that is written, and the only one that is read: the field {@code version}. */
    public static final int MANIFEST_VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    // A parameter's name may be as long as all parameters together, and comes from outside: no table
                    // of names is kept.
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(Parameters.MAX_BYTES)
                            .build())
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonForms() {}

    /** The JSON form of a request. */
    public static String write(BatchRequest request) {
        return text(node(request));
    }

    /** The JSON form of parameters. */
    public static String write(Parameters parameters) {
        return MAPPER.writeValueAsString(node(parameters));
    }

    /** The JSON form of a manifest. */
    public static String write(Manifest manifest) {
        return text(node(manifest));
    }

    /** The request that {@link #write(BatchRequest)} wrote. */
    public static BatchRequest readRequest(String json) {
        return request(parse("request", json));
    }

    /** The parameters that {@link #write(Parameters)} wrote. */
    public static Parameters readParameters(String json) {
        return parameters("parameters", tree("parameters", json));
    }

    /** The manifest that {@link #write(Manifest)} wrote. */
    public static Manifest readManifest(String json) {
        return manifest(parse("manifest", json));
    }

    private static ObjectNode node(BatchRequest request) {
        ObjectNode node =
                MAPPER.createObjectNode().put("key", request.key().value()).put("requestUri", request.requestUri());
        node.set("parameters", node(request.parameters()));
        node.put("cachePolicy", lowerCase(request.cachePolicy()))
                .put("estimatedTime", request.estimatedTime().toString())
                .put("priority", request.priority());
        request.trace()
                .ifPresent(trace -> node.putObject("trace")
                        .put("traceparent", trace.traceparent())
                        .put("tracestate", trace.tracestate()));
        return node;
    }

    private static JsonNode node(Parameters parameters) {
        if (parameters.written().isPresent()) {
            return MAPPER.getNodeFactory().stringNode(parameters.written().get());
        }
        ObjectNode node = MAPPER.createObjectNode();
        parameters.occurrences().forEach((name, values) -> {
            ArrayNode array = node.putArray(name);
            values.forEach(value -> array.add(value.orElse(null)));
        });
        return node;
    }

    private static ObjectNode node(Manifest manifest) {
        ObjectNode node = MAPPER.createObjectNode().put("version", MANIFEST_VERSION);
        node.set("request", node(manifest.request()));
        node.put("submission", manifest.submission().toString())
                .put("epoch", manifest.epoch().value())
                .put("attempt", manifest.attempt())
                .put("published", manifest.published().toString());
        ArrayNode formats = node.putArray("formats");
        for (StoredFormat format : manifest.formats()) {
            formats.addObject()
                    .put("name", format.name().value())
                    .put("mediaType", format.mediaType())
                    .put("length", format.length())
                    .put("sha256", format.sha256())
                    .put("encoding", format.encoding().token())
                    .put("storedLength", format.storedLength());
        }
        return node;
    }

    private static BatchRequest request(JsonObject json) {
        return new BatchRequest(
                new RequestKey(json.text("key")),
                json.text("requestUri"),
                parameters(json.pathOf("parameters"), json.required("parameters")),
                json.choice("cachePolicy", List.of(CachePolicy.values()), JsonForms::lowerCase),
                duration(json, "estimatedTime"),
                json.integer("priority"),
                json.optionalObject("trace")
                        .flatMap(trace -> TraceContext.parse(trace.text("traceparent"), trace.text("tracestate"))));
    }

    private static Parameters parameters(String path, JsonNode node) {
        if (node.isString()) {
            return Parameters.parse(node.stringValue());
        }
        JsonObject json = JsonObject.of(path, node);
        Map<String, List<Optional<String>>> occurrences = new LinkedHashMap<>();
        for (String name : json.names()) {
            occurrences.put(name, json.optionalTexts(name));
        }
        return Parameters.ofOccurrences(occurrences);
    }

    private static Manifest manifest(JsonObject json) {
        int version = json.integer("version");
        if (version != MANIFEST_VERSION) {
            throw json.refused("version", "is " + version + "; this release reads " + MANIFEST_VERSION);
        }
        List<StoredFormat> formats = new ArrayList<>();
        for (JsonObject format : json.objects("formats")) {
            formats.add(format(format));
        }
        return new Manifest(
                request(json.object("request")),
                SubmissionId.parse(json.text("submission")),
                new DataEpoch(json.natural("epoch")),
                json.integer("attempt"),
                instant(json, "published"),
                formats);
    }

    private static StoredFormat format(JsonObject json) {
        String sha256 = json.text("sha256");
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw json.refused("sha256", "is not 64 hexadecimal digits in lower case");
        }
        return new StoredFormat(
                new FormatName(json.text("name")),
                json.text("mediaType"),
                json.natural("length"),
                sha256,
                json.choice("encoding", List.of(Encoding.values()), Encoding::token),
                json.natural("storedLength"));
    }

    private static Duration duration(JsonObject json, String field) {
        try {
            return Duration.parse(json.text(field));
        } catch (DateTimeException e) {
            throw json.refused(field, "is not a time span of ISO 8601, such as PT1M30S");
        }
    }

    private static Instant instant(JsonObject json, String field) {
        try {
            return Instant.parse(json.text(field));
        } catch (DateTimeException e) {
            throw json.refused(field, "is not a time of RFC 3339, such as 2026-01-31T23:59:59Z");
        }
    }

    private static JsonObject parse(String what, String json) {
        return JsonObject.of(what, tree(what, json));
    }

    private static JsonNode tree(String what, String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new InvalidRequestException(what, "is not JSON" + place + ": " + e.getOriginalMessage());
        }
    }

    private static String text(ObjectNode node) {
        return MAPPER.writeValueAsString(node);
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
