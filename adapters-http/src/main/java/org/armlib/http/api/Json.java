package org.armlib.http.api;

import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import org.armlib.domain.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes JSON. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    // A parameter's name may be as long as all parameters together, and comes from outside: no table
                    // of names is kept.
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(Parameters.MAX_BYTES)
                            .maxNestingDepth(20)
                            .build())
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    static JsonNode read(byte[] body) {
        try {
            String text = Utf8.decode(body, body.length);
            return MAPPER.readTree(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw Problem.MALFORMED.because("the body is not UTF-8");
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw Problem.MALFORMED.because("the body is not JSON" + place);
        }
    }

    /** A time as RFC 3339 writes it. */
    static String time(Instant time) {
        return time.toString();
    }

    /** A time span as ISO 8601 writes it. */
    static String span(Duration span) {
        return span.toString();
    }
}
