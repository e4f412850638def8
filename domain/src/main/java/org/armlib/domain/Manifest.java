package org.armlib.domain;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a result consists of and where it comes from: the one thing that is published when a result is.
 *
 * @param request what was run; its cache policy is the area in which the result lies
 * @param submission the submission it belongs to
 * @param epoch the data epoch it shows
 * @param attempt the attempt that wrote it
 * @param published when it was published
 * @param formats its formats in the order of their names; unmodifiable
 */
public record Manifest(
        BatchRequest request,
        SubmissionId submission,
        DataEpoch epoch,
        int attempt,
        Instant published,
        List<StoredFormat> formats) {

    /** @throws InvalidRequestException if a format is there twice */
    public Manifest {
        formats = formats.stream()
                .sorted(Comparator.comparing(StoredFormat::name))
                .toList();
        if (formats.stream().map(StoredFormat::name).distinct().count() != formats.size()) {
            throw new InvalidRequestException("formats", "one format is there twice");
        }
    }

    /** Of what an attempt at a request has written. */
    public static Manifest of(LeasedRequest leased, DataEpoch epoch, Instant published, List<StoredFormat> formats) {
        return new Manifest(
                leased.request(),
                leased.lease().submission(),
                epoch,
                leased.lease().attempt(),
                published,
                formats);
    }

    /** The request's key. */
    public RequestKey key() {
        return request.key();
    }

    /** The format of that name. */
    public Optional<StoredFormat> format(FormatName name) {
        return formats.stream().filter(format -> format.name().equals(name)).findFirst();
    }

    /**
     * The format of that name, which must be there.
     *
     * @throws InvalidRequestException if the result has no such format
     */
    public StoredFormat requireFormat(FormatName name) {
        return format(name)
                .orElseThrow(() -> new InvalidRequestException(
                        "format",
                        "the result of '" + key() + "' has no format '" + name + "', but "
                                + formats.stream().map(StoredFormat::name).toList()));
    }

    /** All formats together as they were written, in bytes. */
    public long length() {
        return formats.stream().mapToLong(StoredFormat::length).sum();
    }

    /** All formats together as they are stored, in bytes. */
    public long storedLength() {
        return formats.stream().mapToLong(StoredFormat::storedLength).sum();
    }

    /** This manifest in the area of {@code policy}. */
    public Manifest withCachePolicy(CachePolicy policy) {
        return policy == request.cachePolicy()
                ? this
                : new Manifest(request.withCachePolicy(policy), submission, epoch, attempt, published, formats);
    }
}
