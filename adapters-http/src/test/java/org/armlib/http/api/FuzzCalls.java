package org.armlib.http.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls of an API, made up from its description: what it allows, what lies at and beyond the bounds of that, and what has
 * nothing to do with it. The same seed makes the same calls.
 */
final class FuzzCalls {
    /** What no answer must have among its headers. */
    static final String INJECTED = "X-Injected";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int LONG = 9_000;

    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "0",
            "-1",
            "null",
            "true",
            "NaN",
            "1e400",
            "2147483648",
            "9223372036854775808",
            "99999999999999999999999999",
            "PT0S",
            "-PT1S",
            "P7D",
            "PT9223372036854775807S",
            "PT-9223372036854775808S",
            "P106751991167300D",
            "2024-02-30T25:61:61Z",
            "../../etc/passwd",
            "..\\..\\x",
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' OR 1=1 --",
            "${jndi:ldap://127.0.0.1:9/x}",
            "{{7*7}}",
            "%s%n%d",
            "a\r\n" + INJECTED + ": yes",
            "a\u0000b",
            "\u0001\u001b[31m\u007f",
            "\u202e\u200b\ufeff",
            "\ud83d\ude00",
            "é\u0301ß\u0130",
            "\uffff",
            "*",
            "W/\"\"",
            "\"",
            ",,,;;;===",
            "x".repeat(201),
            "y".repeat(LONG));

    private static final List<String> HOSTILE_PATHS = List.of(
            "..",
            ".",
            "%2e%2e",
            "%2e%2e%2fadmin%2fstatus",
            "..%2f..%2fetc%2fpasswd",
            "..;/admin/status",
            ";a=b",
            "k0;a=b",
            "//host/requests",
            "/",
            "",
            "\\",
            "%5c..%5c",
            "%00",
            "k0%00.csv",
            "%2f",
            "a%2fb",
            "%c0%ae%c0%ae",
            "%ed%a0%80",
            "%ff%fe",
            "%",
            "%zz",
            "%2",
            "%u002e",
            "%252e%252e",
            "%0d%0a" + INJECTED + ":%20yes",
            "<script>",
            "\u00e9",
            "|",
            "k0#fragment",
            "k0?query",
            "*",
            "k".repeat(201),
            "p".repeat(LONG));

    private static final List<String> HOSTILE_HEADERS = List.of(
            "Range: bytes=0-",
            "Range: bytes=5-2",
            "Range: bytes=-0",
            "Range: bytes=99999999999999999999-",
            "Range: bytes=0-999999999999999999",
            "Range: bytes=" + "0-0,".repeat(1000) + "1-1",
            "Range: \u0001",
            "If-Range: yesterday",
            "If-None-Match: *",
            "If-None-Match: " + "\"x\",".repeat(1000) + "W/",
            "If-Match: W/\"",
            "If-Match: *",
            "If-Modified-Since: Thu, 99 Foo 9999999999 99:99:99 GMT",
            "If-Modified-Since: Wed, 21 Oct 2099 07:28:00 GMT",
            "Prefer: wait=0",
            "Prefer: wait=99999999999999999999",
            "Prefer: wait=-1, respond-async;;;=",
            "Prefer: wait=\"1\"; foo=\"",
            "Prefer: " + "wait=1,".repeat(2000),
            "Accept: ",
            "Accept: /",
            "Accept: */*;q=nope, text/csv;q=1.9999",
            "Accept: " + "a/b;q=0.1,".repeat(1000),
            "Accept-Encoding: gzip;q=0, *;q=1",
            "Accept-Encoding: zstd, \u00ff",
            "Accept-Language: ../../x",
            "Authorization: Bearer",
            "Authorization: Bearer " + "t".repeat(LONG),
            "Authorization: Basic \u00ff\u00fe",
            "Cache-Control: max-age=-1, no-store, =",
            "Last-Event-ID: \u00ff",
            "Last-Event-ID: " + "9".repeat(LONG),
            "Cookie: " + "a=b; ".repeat(500),
            "Cookie: $Version=1; \"; =",
            "Host: ",
            "X-Forwarded-For: <script>",
            "X-Forwarded-Host: evil.example",
            "X-HTTP-Method-Override: DELETE",
            "X-Original-URL: /admin/rebuilt",
            "Content-Encoding: gzip",
            "Sec-Fetch-Site: cross-site",
            "Origin: null",
            "traceparent: 00-0-0-zz",
            "Connection: close",
            "Expect: 200-maybe",
            "Upgrade: h2c",
            "Max-Forwards: -1",
            "X-Very-Long: " + "z".repeat(40_000),
            "X-Too-Long: " + "z".repeat(70_000));

    /** What is no HTTP, or whose end cannot be told. */
    private static final List<String> BROKEN = List.of(
            "\u0000\u0001\u0002",
            "nonsense\r\n\r\n",
            "GET\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nBad Name: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\u0000b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
            "GET /requests/a b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET http://other.example/requests HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET requests HTTP/1.1\r\nHost: h\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
            "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
            "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}",
            "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /requests HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
            "POST /requests HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
            "POST /batch/x HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: 9\r\n\r\na=b",
            "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: h\r\n\r\n",
            "G".repeat(70_000));

    /** What callers send where the description says no more than that it is a text. */
    private static final Map<String, List<String>> TYPICAL = Map.of(
            "Accept", List.of("*/*", "text/csv", "text/html;q=0.5, */*;q=0.1", "image/png"),
            "Accept-Encoding", List.of("gzip", "zstd, br;q=0.1", "identity"),
            "If-Match", List.of("*", "\"x\""),
            "If-None-Match", List.of("*", "\"x\"", "W/\"x\", *"),
            "If-Modified-Since", List.of("Wed, 21 Oct 2099 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:00 GMT"),
            "Prefer", List.of("wait=1", "respond-async", "respond-async, wait=0"),
            "Range", List.of("bytes=0-1", "bytes=1-", "bytes=-2", "bytes=10000-"));

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get");

    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();
    private final Random random;
    private final List<String> keys;
    private final List<String> tokens;

    /** One call of the description. */
    record Operation(String method, String path, JsonNode node) {
        Set<Integer> statuses() {
            Set<Integer> statuses = new TreeSet<>();
            node.get("responses").propertyNames().stream()
                    .filter(name -> !name.equals("default"))
                    .forEach(name -> statuses.add(Integer.parseInt(name)));
            return statuses;
        }
    }

    /**
     * A request.
     *
     * @param operation what it was made from
     * @param strayed whether it is for that operation no more
     * @param broken whether it is no HTTP at all
     * @param text its bytes, each as one character
     */
    record Call(Operation operation, String method, boolean strayed, boolean broken, String text) {
        byte[] bytes() {
            return text.getBytes(ISO_8859_1);
        }

        @Override
        public String toString() {
            String shown = text.replaceAll("(.)\\1{80,}", "$1...$1").replace("\r\n", "\n    ");
            return operation.method + " " + operation.path + " as\n    " + shown.replaceAll("[^\n -~]", "?");
        }
    }

    FuzzCalls(JsonNode document, long seed, List<String> keys, List<String> tokens) {
        this.document = document;
        this.random = new Random(seed);
        this.keys = keys;
        this.tokens = tokens;
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> operations.add(new Operation(
                                method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()))));
    }

    List<Operation> operations() {
        return operations;
    }

    Call next() {
        Operation operation = one(operations);
        while (operation.path.startsWith("/admin/") && chance(70)) {
            // Where all is cleared time and again there is little to see.
            operation = one(operations);
        }
        if (chance(1)) {
            return new Call(operation, "GET", true, true, one(BROKEN));
        }
        String method = chance(5) ? one(METHODS) : operation.method;
        String path = operation.path;
        boolean strayed = !method.equals(operation.method);
        List<String> query = new ArrayList<>();
        List<String> headers = new ArrayList<>(List.of("Host: fuzz"));
        for (JsonNode described : operation.node.path("parameters")) {
            JsonNode parameter = resolved(described);
            String name = parameter.get("name").stringValue();
            JsonNode schema = resolved(parameter.get("schema"));
            switch (parameter.get("in").stringValue()) {
                case "path" -> {
                    boolean hostile = chance(25);
                    strayed |= hostile;
                    path = path.replace("{" + name + "}", hostile ? one(HOSTILE_PATHS) : known(name));
                }
                case "query" -> {
                    for (int i = chance(50) ? chance(5) ? 2 : 1 : 0; i > 0; i--) {
                        query.add(name + "=" + encoded(value(name, schema)));
                    }
                }
                default -> {
                    if (chance(40)) {
                        headers.add(name + ": " + headerValue(value(name, schema)));
                    }
                }
            }
        }
        for (int i = chance(10) ? 1 : 0; i > 0; i--) {
            query.add(chance(50) ? "unknown=" + encoded(one(HOSTILE)) : raw());
        }
        for (int i = chance(30) ? 1 + random.nextInt(2) : 0; i > 0; i--) {
            headers.add(one(HOSTILE_HEADERS));
        }
        if (operation.node.has("security") && chance(85)) {
            headers.add("Authorization: Bearer " + one(tokens));
        }
        byte[] body = operation.node.has("requestBody") || chance(3)
                ? body(operation.node.path("requestBody").path("content"), headers)
                : new byte[0];
        if (body.length > 0 || operation.method.equals("POST")) {
            headers.add("Content-Length: " + body.length);
        }
        String line = method + " " + path + (query.isEmpty() ? "" : "?" + String.join("&", query)) + " HTTP/1.1\r\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(line.getBytes(UTF_8));
        bytes.writeBytes((String.join("\r\n", headers) + "\r\n\r\n").getBytes(ISO_8859_1));
        bytes.writeBytes(body);
        return new Call(operation, method, strayed, false, bytes.toString(ISO_8859_1));
    }

    private byte[] body(JsonNode content, List<String> headers) {
        String type = content.propertyNames().stream().findFirst().orElse("application/json");
        if (!chance(3)) {
            headers.add("Content-Type: "
                    + (chance(5)
                            ? one(List.of("text/plain", "application/xml", "application/json;charset=utf-16", "", ";"))
                            : type));
        }
        if (chance(2)) {
            return new byte[30_000];
        }
        JsonNode schema = resolved(content.path(type).path("schema"));
        if (!type.equals("application/json")) {
            List<String> fields = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                fields.add(chance(20) ? raw() : encoded(one(HOSTILE)) + "=" + encoded(one(HOSTILE)));
            }
            return String.join("&", fields).getBytes(UTF_8);
        }
        String text = MAPPER.writeValueAsString(node(schema, 0));
        return spoilt(text).getBytes(chance(2) ? ISO_8859_1 : UTF_8);
    }

    /** JSON as it is, mostly; or what is none. */
    private String spoilt(String json) {
        if (!chance(15)) {
            return json;
        }
        List<Supplier<String>> ways = List.of(
                () -> json.substring(0, random.nextInt(json.length() + 1)),
                () -> json + json,
                () -> json.replaceFirst("\\{", "{\"requestUri\":\"/twice\",\"requestUri\":\"/twice\","),
                () -> "[".repeat(3_000),
                () -> "{\"a\":".repeat(100) + "1" + "}".repeat(100),
                () -> json.replace('"', '\''),
                () -> json.replaceFirst(":", ": NaN,"),
                () -> "\ufeff" + json,
                () -> json.replaceFirst("\"/", "\"\\\\ud800/"),
                () -> "{\"requestUri\":\"/n\",\"priority\":" + "9".repeat(2_000) + "}",
                () -> "{\"requestUri\":\"/n\",\"priority\":1e999999999}",
                () -> "\u0000",
                () -> "null");
        return one(ways).get();
    }

    /** A value of a schema, or near one. */
    private JsonNode node(JsonNode described, int depth) {
        JsonNode schema = resolved(described);
        if (chance(depth == 0 ? 3 : 6)) {
            return one(List.<JsonNode>of(
                    MAPPER.nullNode(),
                    MAPPER.getNodeFactory().booleanNode(true),
                    MAPPER.getNodeFactory().numberNode(-1),
                    MAPPER.getNodeFactory().numberNode(Double.MAX_VALUE),
                    MAPPER.getNodeFactory().numberNode(Long.MIN_VALUE),
                    MAPPER.getNodeFactory().stringNode(one(HOSTILE)),
                    MAPPER.createArrayNode(),
                    MAPPER.createObjectNode()));
        }
        return switch (schema.path("type").asString("string")) {
            case "object" -> object(schema, depth);
            case "array" -> {
                ArrayNode array = MAPPER.createArrayNode();
                for (int i = chance(5) ? 0 : 1 + random.nextInt(3); i > 0; i--) {
                    array.add(node(schema.path("items"), depth + 1));
                }
                yield array;
            }
            case "boolean" -> MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
            case "integer" ->
                MAPPER.getNodeFactory().numberNode((long) one(List.of(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE)));
            default -> MAPPER.getNodeFactory().stringNode(value("", schema));
        };
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = MAPPER.createObjectNode();
        List<JsonNode> required = new ArrayList<>();
        schema.path("required").forEach(required::add);
        schema.path("properties").properties().forEach(property -> {
            boolean needed = required.stream().anyMatch(name -> name.asString().equals(property.getKey()));
            if (chance(needed ? 97 : 40)) {
                object.set(property.getKey(), node(property.getValue(), depth + 1));
            }
        });
        if (schema.path("additionalProperties").isObject()) {
            for (int i = random.nextInt(3); i > 0; i--) {
                object.set(chance(60) ? "p" + i : one(HOSTILE), node(schema.get("additionalProperties"), depth + 1));
            }
        } else if (chance(4)) {
            object.put(one(HOSTILE), "unknown");
        }
        return object;
    }

    /** A text for a schema: one of its values, its bounds and beyond, or something hostile. */
    private String value(String name, JsonNode schema) {
        if (chance(30)) {
            return one(HOSTILE);
        }
        if (schema.has("enum")) {
            JsonNode values = schema.get("enum");
            return values.get(random.nextInt(values.size())).asString();
        }
        if (schema.path("pattern").isString()) {
            return one(keys);
        }
        if (schema.path("format").asString("").equals("duration")) {
            return one(List.of("PT0S", "PT40S", "P7D", "P8D", "PT0.000000001S"));
        }
        if (schema.path("type").asString("").equals("integer")) {
            long least = schema.path("minimum").asLong(Integer.MIN_VALUE);
            long most = schema.path("maximum").asLong(Integer.MAX_VALUE);
            return String.valueOf(one(List.of(least, least - 1, least + 1, most, most + 1)));
        }
        if (schema.has("maxLength")) {
            int most = schema.get("maxLength").intValue();
            return chance(80) ? "/r" + random.nextInt(3) : "/" + "x".repeat(most - 1 + random.nextInt(2));
        }
        return one(TYPICAL.getOrDefault(name, List.of("csv", "xlsx", "\"x\"")));
    }

    /** Something that stands for a variable part of a path. */
    private String known(String name) {
        return switch (name) {
            case "file" -> one(List.of("index.html", "console.js", "console.css", "nothing.css"));
            case "path" -> one(List.of("r0", "r1", "v1/caf%C3%A9/report", "", "a//b", "r0/"));
            case "name" -> one(keys) + one(List.of("", ".csv", ".xlsx", ".tar.gz", "."));
            default -> one(keys);
        };
    }

    /** A piece of a query that no client would send. */
    private String raw() {
        return one(List.of(
                "%", "%zz=1", "a=%ff", "=", "&&&", "a=%c0%ae", "a=%ed%a0%80", "a[]=1", "a=b=c", "%00=%00", "a;b"));
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, UTF_8);
    }

    /** As a header can have it: line ends would begin another header, which is the client's business. */
    private static String headerValue(String text) {
        return text.replaceAll("[\r\n\u0000]", "?");
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").stringValue().substring(1)) : node;
    }
}
