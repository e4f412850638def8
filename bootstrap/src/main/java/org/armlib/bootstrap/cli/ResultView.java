package org.armlib.bootstrap.cli;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.Redaction;
import org.armlib.domain.RequestKey;
import org.jspecify.annotations.Nullable;

/**
 * A result in the cache, as the command line lists it, whoever told it: the cache or a server.
 *
 * @param request whose it is
 * @param published when
 * @param epoch of which data
 * @param formats what it consists of
 */
record ResultView(BatchRequest request, Instant published, long epoch, List<Format> formats) {

    /**
     * A format of it.
     *
     * @param length in bytes, as it was written
     * @param sha256 of its content, in hexadecimal digits
     */
    record Format(FormatName name, String mediaType, long length, String sha256) {}

    /** A result whose request is shown without its secrets. */
    static ResultView of(Manifest manifest, Redaction redaction) {
        return new ResultView(
                redaction.redact(manifest.request()),
                manifest.published(),
                manifest.epoch().value(),
                manifest.formats().stream()
                        .map(format -> new Format(format.name(), format.mediaType(), format.length(), format.sha256()))
                        .toList());
    }

    RequestKey key() {
        return request.key();
    }

    /** All formats together, in bytes. */
    long length() {
        return formats.stream().mapToLong(Format::length).sum();
    }

    String formatNames() {
        return formats.stream().map(format -> format.name().value()).collect(Collectors.joining(", "));
    }

    /** For programs: the names are those of the HTTP API. */
    Map<String, @Nullable Object> json(String area) {
        Map<String, @Nullable Object> results = new LinkedHashMap<>();
        for (Format format : formats) {
            results.put(
                    format.name().value(),
                    Map.of(
                            "length",
                            format.length(),
                            "digest",
                            "sha256:" + format.sha256(),
                            "mediaType",
                            format.mediaType()));
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("key", key().value());
        json.put("area", area);
        ServerForms.describe(request, json);
        json.put("published", published.toString());
        json.put("epoch", epoch);
        json.put("results", results);
        return json;
    }
}
