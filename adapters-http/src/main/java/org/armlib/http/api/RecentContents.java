package org.armlib.http.api;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.io.IOException;
import java.util.Optional;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;

/**
 * The bytes of short results that were sent of late. Whether a result still counts is asked of the store each time; what it
 * consists of never changes, since one submission has one result in an epoch. Thread-safe.
 */
final class RecentContents {
    /** The longest content that is kept, in bytes. */
    static final int LONGEST = 64 * 1024;

    private static final long MOST = 16L * 1024 * 1024;

    private final Cache<Name, byte[]> kept = CacheBuilder.newBuilder()
            .maximumWeight(MOST)
            .<Name, byte[]>weigher((name, bytes) -> bytes.length)
            .build();

    /** What always has the same content. */
    private record Name(RequestKey key, SubmissionId submission, DataEpoch epoch, FormatName format, boolean encoded) {}

    /** Reads content from where it is stored. */
    @FunctionalInterface
    interface Reading {
        byte[] read() throws IOException;
    }

    /** The content of {@code sent}, which is not longer than {@link #LONGEST}; not to be changed. */
    byte[] of(Representation sent, Reading reading) throws IOException {
        Manifest manifest = sent.manifest();
        Name name = new Name(
                manifest.key(),
                manifest.submission(),
                manifest.epoch(),
                sent.format().name(),
                sent.encoded());
        Optional<byte[]> known = Optional.ofNullable(kept.getIfPresent(name));
        if (known.isPresent()) {
            return known.get();
        }
        byte[] bytes = reading.read();
        kept.put(name, bytes);
        return bytes;
    }
}
