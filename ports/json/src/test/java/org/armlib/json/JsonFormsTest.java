package org.armlib.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.junit.jupiter.api.Test;

class JsonFormsTest {
    private static final String SHA = "0123456789abcdef".repeat(4);

    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "null",
            "NULL",
            "undefined",
            "0",
            "-1e400",
            "true",
            "&",
            "=",
            "+",
            "%",
            "%00",
            "%zz",
            "a=b&c=d",
            "\n",
            "\r\n",
            "\t",
            "\0",
            "\\",
            "\"",
            "'",
            "{}",
            "[]",
            "</script>",
            "\u2028\u2029",
            "\ufeff",
            "\u00e9",
            "e\u0301",
            "\ud83d\ude80",
            "\u202eabc",
            "x".repeat(64 * 1024));

    @Test
    void I05_every_hostile_value_round_trips() {
        for (String value : HOSTILE) {
            assertRoundTrip(Map.of("p", List.of(value, value, "")));
        }
    }

    @Test
    void I05_every_hostile_name_round_trips() {
        for (String name : HOSTILE) {
            if (!name.isEmpty()) {
                assertRoundTrip(Map.of(name, List.of("v")));
            }
        }
    }

    @Test
    void a_name_as_long_as_all_parameters_round_trips() {
        assertRoundTrip(Map.of("n".repeat(Parameters.MAX_BYTES - "=&".length()), List.of("")));
    }

    @Test
    void names_that_look_like_fields_round_trip() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String name : List.of("version", "key", "parameters", "__proto__", "@class", "Key", "a.b")) {
            values.put(name, List.of(name));
        }
        assertRoundTrip(values);
    }

    @Test
    void generated_requests_and_manifests_round_trip() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            BatchRequest request = anyRequest(random);
            Manifest manifest = anyManifest(random, request);
            assertThat(JsonForms.readRequest(JsonForms.write(request)))
                    .as("seed %d, request %d", seed, i)
                    .isEqualTo(request);
            assertThat(JsonForms.readManifest(JsonForms.write(manifest)))
                    .as("seed %d, manifest %d", seed, i)
                    .isEqualTo(manifest);
        }
    }

    @Test
    void the_form_of_parameters_is_this() {
        for (Map.Entry<String, String> form : Map.of(
                        "", "{}",
                        "year=2026&year=2025&x=%20%2B", "{\"year\":[\"2026\",\"2025\"],\"x\":[\" +\"]}",
                        "wsdl&x=&wsdl", "\"wsdl&x=&wsdl\"",
                        "wsdl&wsdl=&x", "{\"wsdl\":[null,\"\"],\"x\":[null]}",
                        "q=a+b", "\"q=a+b\"",
                        "q=%E9&r=%c3%a9", "\"q=%E9&r=%c3%a9\"")
                .entrySet()) {
            Parameters parameters = Parameters.parse(form.getKey());

            assertThat(JsonForms.write(parameters)).isEqualTo(form.getValue());
            assertThat(JsonForms.readParameters(form.getValue()))
                    .isEqualTo(parameters)
                    .hasToString(form.getKey());
        }
    }

    @Test
    void I05_a_query_round_trips_as_it_was_written() {
        for (String query : List.of("wsdl&wsdl=", "a=1&b=2&a=3", "q=a+b%20c", "q=%e9%E9&%FF", "q=1,2;3", "x&&y=%00")) {
            BatchRequest request = BatchRequest.parse("/r?" + query).build();
            assertThat(JsonForms.readRequest(JsonForms.write(request)))
                    .isEqualTo(request)
                    .hasToString("/r?" + query);
        }
    }

    @Test
    void the_form_of_a_manifest_is_this() {
        BatchRequest request = BatchRequest.of("/report")
                .parameters(Parameters.of(Map.of("year", List.of("2026", "2025"))))
                .key(new RequestKey("annual"))
                .sticky()
                .estimatedTime(Duration.ofSeconds(90))
                .priority(-3)
                .build();
        Manifest manifest = new Manifest(
                request,
                new SubmissionId(1, 2),
                new DataEpoch(7),
                2,
                Instant.parse("2026-01-31T23:59:59.123456789Z"),
                List.of(new StoredFormat(new FormatName("csv"), "text/csv", 10, SHA, Encoding.ZSTD, 5)));
        String json = """
                {"version":1,"request":{"key":"annual","requestUri":"/report",\
                "parameters":{"year":["2026","2025"]},"cachePolicy":"sticky","estimatedTime":"PT1M30S",\
                "priority":-3},"submission":"0000000000010000000000000002","epoch":7,"attempt":2,\
                "published":"2026-01-31T23:59:59.123456789Z","formats":[{"name":"csv","mediaType":"text/csv",\
                "length":10,"sha256":"%s","encoding":"zstd","storedLength":5}]}""".formatted(SHA);
        assertThat(JsonForms.write(manifest)).isEqualTo(json);
        assertThat(JsonForms.readManifest(json)).isEqualTo(manifest);
    }

    @Test
    void the_form_of_a_traced_request_is_this() {
        TraceContext trace = new TraceContext("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01", "c=\"d\"");
        BatchRequest untraced =
                BatchRequest.of("/report").key(new RequestKey("annual")).build();
        String json = """
                {"key":"annual","requestUri":"/report","parameters":{},"cachePolicy":"temporary","estimatedTime":"PT0S",\
                "priority":0,"trace":{"traceparent":"%s","tracestate":"c=\\"d\\""}}""".formatted(trace.traceparent());
        assertThat(JsonForms.write(untraced.withTrace(trace))).isEqualTo(json);
        assertThat(JsonForms.readRequest(json)).isEqualTo(untraced.withTrace(trace));
        assertThat(JsonForms.readRequest(json.replace("aaaa", "xxxx"))).isEqualTo(untraced);
        assertThatThrownBy(() -> JsonForms.readRequest(json.replace("tracestate", "other")))
                .hasMessage("request.trace.tracestate: is missing");
    }

    @Test
    void unknown_fields_are_passed_over() {
        String json = JsonForms.write(manifest());
        String later = json.replace("{\"version\"", "{\"colour\":{\"a\":[1,null]},\"version\"")
                .replace("{\"key\"", "{\"owner\":null,\"key\"")
                .replace("{\"name\"", "{\"rows\":1e3,\"name\"");
        assertThat(later).contains("colour", "owner", "rows");
        assertThat(JsonForms.readManifest(later)).isEqualTo(manifest());
    }

    @Test
    void each_missing_field_is_named() {
        String json = JsonForms.write(manifest());
        for (String field : List.of(
                "version",
                "request",
                "submission",
                "epoch",
                "attempt",
                "published",
                "formats",
                "key",
                "requestUri",
                "parameters",
                "cachePolicy",
                "estimatedTime",
                "priority",
                "name",
                "mediaType",
                "length",
                "sha256",
                "encoding",
                "storedLength")) {
            assertThat(json).contains("\"" + field + "\":");
            assertThatThrownBy(() -> JsonForms.readManifest(json.replace("\"" + field + "\":", "\"other\":")))
                    .as(field)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("." + field + ": is missing");
        }
    }

    @Test
    void ill_formed_values_are_refused_by_their_path() {
        refused("\"version\":1", "\"version\":2", "manifest.version: is 2; this release reads 1");
        refused("\"version\":1", "\"version\":\"1\"", "manifest.version: is a text, not a whole number");
        refused("\"epoch\":7", "\"epoch\":-7", "manifest.epoch: is the number -7");
        refused("\"epoch\":7", "\"epoch\":7.5", "manifest.epoch: is the number 7.5");
        refused("\"epoch\":7", "\"epoch\":99999999999999999999", "manifest.epoch: is the number 9");
        refused("\"attempt\":2", "\"attempt\":null", "manifest.attempt: is null");
        refused("\"attempt\":2", "\"attempt\":4294967298", "manifest.attempt: is the number 4294967298");
        refused("\"sticky\"", "\"STICKY\"", "manifest.request.cachePolicy: is none of sticky, temporary");
        refused("\"PT1M30S\"", "\"90 s\"", "manifest.request.estimatedTime: is not a time span");
        refused("\"PT1M30S\"", "\"-PT1S\"", "estimatedTime: is PT-1S");
        refused("2026-01-31T", "2026-02-31T", "manifest.published: is not a time");
        refused("\"zstd\"", "\"br\"", "manifest.formats[0].encoding: is none of identity, gzip, zstd");
        refused(SHA, SHA.substring(1), "manifest.formats[0].sha256: is not 64");
        refused("\"length\":10", "\"length\":true", "manifest.formats[0].length: is true or false");
        refused("[\"2026\"]", "[2026]", "manifest.request.parameters.year: is the number 2026, not a text");
        refused("[\"2026\"]", "\"2026\"", "manifest.request.parameters.year: is a text, not an array");
        refused("[\"2026\"]", "[]", "parameters.year: has no value");
        refused("[\"2026\"]", "[\"\\ud800\"]", "parameters.year: has half a surrogate pair");
        refused("\"csv\"", "\"../x\"", "format: ");
        refused("\"annual\"", "\"a/b\"", "key: ");
    }

    @Test
    void what_is_not_json_is_refused_with_its_place() {
        for (String text : List.of("{", "{\"a\":1", "nul", "{'a':1}", "{\"a\":1,\"a\":2}", "{} {}", "{}x")) {
            assertThatThrownBy(() -> JsonForms.readRequest(text))
                    .as(text)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("request: is not JSON at line 1, column ");
        }
        for (String text : List.of("", "null", "[]", "1")) {
            assertThatThrownBy(() -> JsonForms.readParameters(text))
                    .as(text)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("not an object");
        }
    }

    @Test
    void deep_nesting_is_refused_not_followed() {
        String json = "{\"a\":" + "[".repeat(100_000);
        assertThatThrownBy(() -> JsonForms.readManifest(json)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void damage_at_any_place_gives_a_manifest_or_a_refusal() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String json = JsonForms.write(manifest());
        int refusals = 0;
        for (int i = 0; i < 5_000; i++) {
            StringBuilder damaged = new StringBuilder(json);
            damaged.setCharAt(random.nextInt(json.length()), (char) random.nextInt(128));
            try {
                assertThat(JsonForms.readManifest(damaged.toString())).isNotNull();
            } catch (InvalidRequestException e) {
                refusals++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", text " + damaged, e);
            }
        }
        assertThat(refusals).as("seed %d", seed).isPositive();
    }

    private static void refused(String part, String replacement, String message) {
        String json = JsonForms.write(manifest());
        assertThat(json).contains(part);
        assertThatThrownBy(() -> JsonForms.readManifest(json.replace(part, replacement)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(message);
    }

    private static Manifest manifest() {
        BatchRequest request = BatchRequest.of("/report")
                .parameters(Parameters.of(Map.of("year", List.of("2026"))))
                .key(new RequestKey("annual"))
                .sticky()
                .estimatedTime(Duration.ofSeconds(90))
                .build();
        return new Manifest(
                request,
                new SubmissionId(1, 2),
                new DataEpoch(7),
                2,
                Instant.parse("2026-01-31T23:59:59Z"),
                List.of(new StoredFormat(new FormatName("csv"), "text/csv", 10, SHA, Encoding.ZSTD, 5)));
    }

    private static void assertRoundTrip(Map<String, List<String>> values) {
        Parameters parameters = Parameters.of(values);
        Parameters read = JsonForms.readParameters(JsonForms.write(parameters));
        assertThat(read.occurrences()).isEqualTo(parameters.occurrences());
        assertThat(read.toQuery()).isEqualTo(parameters.toQuery());
    }

    private static BatchRequest anyRequest(Random random) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            List<String> list = new ArrayList<>();
            for (int j = random.nextInt(3); j >= 0; j--) {
                list.add(anyText(random));
            }
            values.put("n" + anyText(random), list);
        }
        BatchRequest.Builder builder = BatchRequest.of("/r" + random.nextInt())
                .parameters(Parameters.of(values))
                .cachePolicy(random.nextBoolean() ? CachePolicy.STICKY : CachePolicy.TEMPORARY)
                .estimatedTime(Duration.ofNanos(random.nextLong(BatchRequest.MAX_ESTIMATED_TIME.toNanos())))
                .priority(random.nextInt());
        if (random.nextBoolean()) {
            builder.trace(new TraceContext(
                    "00-%032x-%016x-%02x".formatted(random.nextInt(1, 9), random.nextInt(1, 9), random.nextInt(256)),
                    random.nextBoolean() ? "" : "a=" + random.nextInt()));
        }
        return random.nextBoolean()
                ? builder.build()
                : builder.key(new RequestKey("k" + random.nextInt(9))).build();
    }

    private static Manifest anyManifest(Random random, BatchRequest request) {
        List<StoredFormat> formats = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            formats.add(new StoredFormat(
                    new FormatName("f" + i),
                    anyText(random),
                    random.nextLong(Long.MAX_VALUE),
                    SHA,
                    List.of(Encoding.values()).get(random.nextInt(3)),
                    random.nextLong(Long.MAX_VALUE)));
        }
        return new Manifest(
                request,
                new SubmissionId(random.nextLong(1L << 48), random.nextLong()),
                new DataEpoch(random.nextLong(Long.MAX_VALUE)),
                random.nextInt(1, 10),
                Instant.ofEpochSecond(random.nextLong(1L << 36), random.nextInt(1_000_000_000)),
                formats);
    }

    private static String anyText(Random random) {
        if (random.nextInt(3) == 0) {
            return HOSTILE.get(random.nextInt(HOSTILE.size() - 1));
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int codePoint = random.nextInt(Character.MAX_CODE_POINT + 1);
            text.appendCodePoint(codePoint >= 0xd800 && codePoint < 0xe000 ? '?' : codePoint);
        }
        return text.toString();
    }
}
