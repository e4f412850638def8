package org.armlib.ports;

import java.net.URI;
import java.time.Duration;
import org.armlib.domain.FormatName;

/**
 * An ability a {@link CachedResult} may have: to give out addresses by which anybody reads it straight from the store,
 * without credentials. Safe for use by many threads.
 */
public interface Presigning {

    /**
     * An address at which a GET answers with the stored bytes of a format, in the encoding that the manifest names, which
     * the answer names as {@code Content-Encoding}. Whoever has the address can use it, so it is as secret as the result.
     * Made without asking the store: if the result is purged, the address leads to nothing.
     *
     * @param validFor how long it works, at least a second; it may end earlier, at the latest when the credentials expire
     *     that it is signed with, or when the result goes
     * @throws org.armlib.domain.InvalidRequestException if the result has no such format, or the time is not positive or
     *     longer than the store allows
     * @throws CacheException if there are no credentials to sign with
     */
    URI presign(FormatName format, Duration validFor);

    /**
     * As {@link #presign}, but for a HEAD: an address at which it answers as a GET would at the other, without the bytes.
     * A store may sign for one method alone.
     */
    URI presignHead(FormatName format, Duration validFor);
}
