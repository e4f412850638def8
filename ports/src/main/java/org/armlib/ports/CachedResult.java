package org.armlib.ports;

import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;

/** A published result. Opened streams read to their end whatever is purged meanwhile. */
public interface CachedResult {

    /** What the result consists of. */
    Manifest manifest();

    /**
     * A format as it was written, decoded where it is stored encoded. The stream ends with an
     * {@link java.io.IOException} if the stored bytes do not decode, or to more or fewer bytes than the manifest says.
     *
     * @return the stream, to be closed by the caller, or empty if the result is not there any more
     * @throws org.armlib.domain.InvalidRequestException if the result has no such format
     */
    Optional<InputStream> open(FormatName format);

    /**
     * A format as it is stored, in the encoding that the manifest names.
     *
     * @return the stream, to be closed by the caller, or empty if the result is not there any more
     * @throws org.armlib.domain.InvalidRequestException if the result has no such format
     */
    Optional<InputStream> openStored(FormatName format);

    /**
     * Reads all of the result and compares it with the manifest.
     *
     * @throws CorruptResultException if it differs; the result is not found any more then
     */
    void verify();

    /** Where a person finds the stored bytes of a format, for example a {@code file:} URI. */
    URI location(FormatName format);
}
