package org.armlib.ports;

import java.time.Duration;
import java.util.Optional;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;

/**
 * The result store: keeps the results of requests in two areas, the persistent one for sticky requests and the temporary
 * one for the rest, and never shows part of a result.
 *
 * <p>A result is found by its key while it is of the current data epoch, its submission is the newest that was published
 * for the key, and that submission was not retracted. Every method is safe for use by many threads and processes, and
 * throws only {@link org.armlib.domain.ArmlibException}s; {@link CacheException} says that the store behind did not do
 * its part, and leaves nothing half done that a reader could see.
 */
public interface CacheManager extends AutoCloseable {

    /** The current data epoch. */
    DataEpoch epoch();

    /**
     * Begins the result of a leased request, in the current data epoch and in the area that its cache policy names.
     * Nothing is visible before {@link ResultWriter#commit}.
     */
    ResultWriter write(LeasedRequest leased);

    /** The published result of a key, or empty. */
    Optional<CachedResult> find(RequestKey key);

    /**
     * Moves the result of a key to the persistent area.
     *
     * @return whether there is a result, now persistent
     */
    boolean promote(RequestKey key);

    /**
     * Withdraws what a submission, and any before it, published or may yet publish for a key. Later submissions are not
     * concerned.
     */
    void retract(RequestKey key, SubmissionId upTo);

    /**
     * Returns the latest submission up to which results of a key are withdrawn. A new submission must order after it;
     * otherwise its result is discarded. Empty if nothing was withdrawn, or so long ago that the note was swept.
     */
    Optional<SubmissionId> retracted(RequestKey key);

    /**
     * Clears the whole temporary area ({@link Purge#ROUTINE}), or begins the next data epoch in one step and then clears
     * both areas ({@link Purge#REBUILD}). A reader that has begun reads to the end.
     *
     * @throws CacheException if a result cannot be removed; all others are removed first
     */
    Cleared purge(Purge purge);

    /**
     * Clears temporary results except those published less than {@code minAge} ago, by the cache's own clock. A result
     * whose time of publication lies further ahead than {@code minAge} is cleared too: the clock was wrong.
     *
     * @param minAge zero to clear the whole area, as {@link Purge#ROUTINE} does
     * @throws CacheException if a result cannot be removed; all others are removed first
     */
    Cleared purgeTemporary(Duration minAge);

    /**
     * Returns the time since the last purge of any kind began, by the cache's own clock; empty if there was
     * none. A cache that does not outlive its process starts out purged. Negative if the clock was ahead at the time.
     */
    Optional<Duration> sincePurge();

    /**
     * Removes what no result refers to: parts of results that were never published, last written longer than
     * {@code age} ago, and notes of retractions as old.
     *
     * @param age longer than a result takes to write and a lease to expire
     * @throws CacheException if something cannot be removed; everything else is removed first
     */
    Cleared sweep(Duration age);

    /**
     * The results in one area, a page at a time, in an order of the adapter's that lets pages follow each other.
     *
     * @param cursor what {@link Page#next} of the page before said, empty for the first page
     * @param limit the size of a page, at least 1
     * @throws org.armlib.domain.InvalidRequestException if the cursor does not belong to this area of this cache, or the
     *     limit is less than 1
     */
    Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit);

    /** Frees what the cache holds; results stay. */
    @Override
    void close();
}
