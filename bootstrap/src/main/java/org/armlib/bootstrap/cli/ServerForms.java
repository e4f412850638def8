package org.armlib.bootstrap.cli;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Eta;
import org.armlib.domain.FormatName;
import org.armlib.domain.Parameters;
import org.armlib.domain.Phase;
import org.armlib.domain.Progress;
import org.armlib.domain.RequestKey;
import org.armlib.ports.DurationSample;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.QueuePosition;
import org.jspecify.annotations.Nullable;

/** The JSON of the HTTP API, from the caller's side. */
final class ServerForms {
    private static final String SHA256 = "sha256:";

    private ServerForms() {}

    /** What submits a request. Its parameters stay in their order, which the API behind may see. */
    static String submission(BatchRequest request) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("requestUri", json(request.requestUri()));
        fields.put("parameters", parameters(request.parameters()));
        fields.put("key", json(request.key().value()));
        fields.put("sticky", json(request.sticky()));
        fields.put("estimatedTime", json(request.estimatedTime().toString()));
        fields.put("priority", json(request.priority()));
        return fields.entrySet().stream()
                .map(field -> json(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String parameters(Parameters parameters) {
        return parameters
                .written()
                .map(ServerForms::json)
                .orElseGet(() -> parameters.occurrences().entrySet().stream()
                        .map(entry -> json(entry.getKey()) + ":" + json(texts(entry.getValue())))
                        .collect(Collectors.joining(",", "{", "}")));
    }

    /** Adds what a request asks for, as the HTTP API shows it. */
    static void describe(BatchRequest request, Map<String, @Nullable Object> json) {
        Map<String, List<@Nullable String>> parameters = new LinkedHashMap<>();
        request.parameters().occurrences().forEach((name, values) -> parameters.put(name, texts(values)));
        json.put("requestUri", request.requestUri());
        json.put("parameters", parameters);
        request.parameters().written().ifPresent(query -> json.put("query", query));
    }

    private static List<@Nullable String> texts(List<Optional<String>> values) {
        List<@Nullable String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.orElse(null)));
        return texts;
    }

    /**
     * A status.
     *
     * @param server what its links are relative to
     */
    static RequestView view(ServerJson json, URI server) {
        List<RequestView.Result> results = results(json, server);
        return new RequestView(
                request(json, json.flag("sticky")),
                json.choice("status", Phase.values(), Phase::label),
                json.optionalTime("submitted"),
                json.optionalTime("started"),
                json.optionalTime("finished"),
                Math.toIntExact(json.number("attempts")),
                json.has("position") ? Optional.of(position(json)) : Optional.empty(),
                json.optional("eta").map(eta -> new Eta(eta.time("p50"), eta.time("p90"))),
                json.optional("held").map(ServerForms::held),
                json.optional("progress")
                        .map(progress -> new Progress(progress.fraction("fraction"), progress.text("message"))),
                json.optional("error").map(error -> error.text("detail")),
                results.isEmpty() ? OptionalLong.empty() : OptionalLong.of(json.number("epoch")),
                results);
    }

    private static QueuePosition position(ServerJson json) {
        return new QueuePosition(
                json.number("position"), json.has("positionEstimated") && json.flag("positionEstimated"));
    }

    private static RequestView.Held held(ServerJson json) {
        return new RequestView.Held(json.text("by"), json.time("since"), json.time("until"), json.text("reason"));
    }

    static QueueOverview overview(ServerJson json) {
        ServerJson counts = json.object("counts");
        Map<Phase, Long> numbers = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            numbers.put(phase, counts.number(phase.label()));
        }
        long pending = counts.number(Phase.PENDING.label());
        return new QueueOverview(
                numbers,
                json.optionalTime("oldestPending"),
                new DurationSample(pending, pending, json.span("pendingEstimate")),
                DurationSample.EMPTY,
                List.of(),
                Math.toIntExact(json.number("workers")),
                !json.text("leasing").equals("Running"));
    }

    /** A result in one of the areas. */
    static ResultView result(ServerJson json, boolean sticky) {
        ServerJson given = json.object("results");
        return new ResultView(
                request(json, sticky),
                json.time("published"),
                json.number("epoch"),
                given.names().stream()
                        .map(name -> format(name, given.object(name)))
                        .toList());
    }

    private static ResultView.Format format(String name, ServerJson json) {
        return new ResultView.Format(
                new FormatName(name), json.text("mediaType"), json.number("length"), sha256(json.text("digest")));
    }

    private static String sha256(String digest) {
        return digest.startsWith(SHA256) ? digest.substring(SHA256.length()) : digest;
    }

    private static BatchRequest request(ServerJson json, boolean sticky) {
        BatchRequest.Builder request = BatchRequest.of(json.text("requestUri"))
                .key(new RequestKey(json.text("key")))
                .parameters(json.optionalText("query").map(Parameters::parse).orElseGet(() -> parameters(json)));
        return (sticky ? request.sticky() : request).build();
    }

    private static Parameters parameters(ServerJson json) {
        Map<String, List<Optional<String>>> occurrences = new LinkedHashMap<>();
        ServerJson given = json.object("parameters");
        given.names().forEach(name -> occurrences.put(name, given.optionalTexts(name)));
        return Parameters.ofOccurrences(occurrences);
    }

    private static List<RequestView.Result> results(ServerJson json, URI server) {
        List<RequestView.Result> results = new ArrayList<>();
        Optional<ServerJson> formats = json.optional("results");
        if (formats.isPresent()) {
            for (String name : formats.get().names()) {
                ServerJson format = formats.get().object(name);
                results.add(new RequestView.Result(
                        new FormatName(name),
                        format.text("mediaType"),
                        format.number("length"),
                        sha256(format.text("digest")),
                        server.resolve(format.text("url"))));
            }
        }
        return results;
    }

    private static String json(Object value) {
        return ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
    }
}
