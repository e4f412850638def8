package org.armlib.tck;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.Parameters;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.TraceContext;

/** Manifests as properties. */
final class ManifestText {
    private ManifestText() {}

    static String write(ReferenceCache.Published published) {
        Manifest manifest = published.manifest();
        BatchRequest request = manifest.request();
        Properties values = new Properties();
        values.setProperty("folder", published.folder());
        values.setProperty("key", request.key().value());
        values.setProperty("uri", request.requestUri());
        values.setProperty("policy", request.cachePolicy().name());
        values.setProperty("estimate", request.estimatedTime().toString());
        values.setProperty("priority", Integer.toString(request.priority()));
        request.trace().ifPresent(trace -> {
            values.setProperty("traceparent", trace.traceparent());
            values.setProperty("tracestate", trace.tracestate());
        });
        values.setProperty("submission", manifest.submission().toString());
        values.setProperty("epoch", manifest.epoch().toString());
        values.setProperty("attempt", Integer.toString(manifest.attempt()));
        values.setProperty("published", manifest.published().toString());
        values.setProperty("query", request.parameters().toQuery());
        int number = 0;
        for (StoredFormat format : manifest.formats()) {
            String prefix = "format." + number++;
            values.setProperty(prefix + ".name", format.name().value());
            values.setProperty(prefix + ".type", format.mediaType());
            values.setProperty(prefix + ".length", Long.toString(format.length()));
            values.setProperty(prefix + ".sha256", format.sha256());
        }
        StringWriter text = new StringWriter();
        try {
            values.store(text, "manifest");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static ReferenceCache.Published read(String text) {
        Properties values = new Properties();
        try {
            values.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<StoredFormat> formats = new ArrayList<>();
        for (int i = 0; values.containsKey("format." + i + ".name"); i++) {
            String prefix = "format." + i;
            long length = Long.parseLong(values.getProperty(prefix + ".length"));
            formats.add(new StoredFormat(
                    new FormatName(values.getProperty(prefix + ".name")),
                    values.getProperty(prefix + ".type"),
                    length,
                    values.getProperty(prefix + ".sha256"),
                    Encoding.IDENTITY,
                    length));
        }
        BatchRequest request = new BatchRequest(
                new RequestKey(values.getProperty("key")),
                values.getProperty("uri"),
                Parameters.parse(values.getProperty("query")),
                CachePolicy.valueOf(values.getProperty("policy")),
                Duration.parse(values.getProperty("estimate")),
                Integer.parseInt(values.getProperty("priority")),
                TraceContext.parse(values.getProperty("traceparent", ""), values.getProperty("tracestate", "")));
        Manifest manifest = new Manifest(
                request,
                SubmissionId.parse(values.getProperty("submission")),
                new DataEpoch(Long.parseLong(values.getProperty("epoch"))),
                Integer.parseInt(values.getProperty("attempt")),
                Instant.parse(values.getProperty("published")),
                formats);
        return new ReferenceCache.Published(manifest, values.getProperty("folder"));
    }
}
