package org.armlib.http.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.FormatName;
import org.armlib.domain.Lease;
import org.armlib.domain.Progress;
import org.armlib.domain.SubmissionId;
import org.armlib.domain.WorkerId;
import org.armlib.ports.Job;

/** A job whose formats are kept in memory, or go where the test says. */
final class MemoryJob implements Job {
    private final BatchRequest request;
    private final Supplier<OutputStream> sink;
    private final Map<String, Format> formats = new ConcurrentHashMap<>();
    private final List<Progress> reports = new CopyOnWriteArrayList<>();
    private volatile boolean abandoned;

    record Format(String mediaType, OutputStream out) {
        byte[] bytes() {
            return ((ByteArrayOutputStream) out).toByteArray();
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }

    MemoryJob(BatchRequest request, Supplier<OutputStream> sink) {
        this.request = request;
        this.sink = sink;
    }

    static MemoryJob of(String pathAndQuery) {
        return new MemoryJob(BatchRequest.parse(pathAndQuery).build(), ByteArrayOutputStream::new);
    }

    /** The one format there is. */
    Format only() {
        if (formats.size() != 1) {
            throw new AssertionError("formats: " + formats.keySet());
        }
        return formats.values().iterator().next();
    }

    Format format(String name) {
        return Objects.requireNonNull(formats.get(name), () -> name + " is not among " + formats.keySet());
    }

    Map<String, Format> formats() {
        return formats;
    }

    List<Progress> reports() {
        return reports;
    }

    void abandon() {
        abandoned = true;
    }

    @Override
    public BatchRequest request() {
        return request;
    }

    @Override
    public Lease lease() {
        return new Lease(
                request.key(),
                new SubmissionId(1, 1),
                new WorkerId("test"),
                new UUID(0, 1),
                1,
                1,
                Instant.EPOCH.plusSeconds(60));
    }

    @Override
    public Instant submitted() {
        return Instant.EPOCH;
    }

    @Override
    public void progress(double fraction, String message) {
        reports.add(new Progress(fraction, message));
    }

    @Override
    public boolean isAbandoned() {
        return abandoned;
    }

    @Override
    public OutputStream format(String name, String mediaType) {
        Format format = new Format(mediaType, sink.get());
        if (formats.putIfAbsent(new FormatName(name).value(), format) != null) {
            throw new AssertionError("format " + name + " twice");
        }
        return format.out();
    }

    /** Takes everything and keeps nothing but how much it was. */
    static final class Counting extends OutputStream {
        private long count;

        long count() {
            return count;
        }

        @Override
        public void write(int b) throws IOException {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            count += length;
        }
    }
}
