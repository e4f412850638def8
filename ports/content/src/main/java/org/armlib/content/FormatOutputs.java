package org.armlib.content;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.StoredFormat;

/** The formats of one result being written. Used by one thread at a time; each format may be written by a thread of its own. */
public final class FormatOutputs {
    private final Compression compression;
    private final Destination destination;
    private final Map<FormatName, FormatOutput> outputs = new TreeMap<>();

    /** Says where a format is stored. */
    @FunctionalInterface
    public interface Destination {
        /**
         * Begins to store a format.
         *
         * @throws IOException if it cannot be stored
         */
        Sink open(FormatName name, String mediaType) throws IOException;
    }

    /** No formats yet. */
    public FormatOutputs(Compression compression, Destination destination) {
        this.compression = compression;
        this.destination = destination;
    }

    /**
     * Begins a format.
     *
     * @throws InvalidRequestException if it was begun already
     * @throws IOException if it cannot be stored
     */
    public OutputStream begin(FormatName name, String mediaType) throws IOException {
        if (outputs.containsKey(name)) {
            throw new InvalidRequestException(
                    "format", "'" + name + "' was begun already; a result has each format once");
        }
        FormatOutput output =
                new FormatOutput(name, mediaType, compression.encoding(), destination.open(name, mediaType));
        outputs.put(name, output);
        return output;
    }

    /** The formats that were begun, in the order of their names. */
    public Set<FormatName> names() {
        return Collections.unmodifiableSet(outputs.keySet());
    }

    /**
     * Closes all formats, and makes sure of each that all of it was stored.
     *
     * @return what was written, in the order of the names
     * @throws IOException the first failure, whether or not the producer has seen it
     */
    public List<StoredFormat> finish() throws IOException {
        List<StoredFormat> formats = new ArrayList<>();
        for (FormatOutput output : outputs.values()) {
            output.close();
            Optional<IOException> failure = output.failure();
            if (failure.isPresent()) {
                throw failure.get();
            }
            formats.add(output.format());
        }
        return formats;
    }

    /** Gives up what is open, without another byte stored. */
    public void abort() {
        outputs.values().forEach(FormatOutput::abort);
    }
}
