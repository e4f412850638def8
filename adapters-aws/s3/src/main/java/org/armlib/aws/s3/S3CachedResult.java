package org.armlib.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.armlib.content.Contents;
import org.armlib.content.StoreReadException;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheException;
import org.armlib.ports.CachedResult;
import org.armlib.ports.CorruptResultException;
import org.armlib.ports.Presigning;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** A result that was found. Holds nothing open. */
final class S3CachedResult implements CachedResult, Presigning {
    private final Store store;
    private final Locations locations;
    private final String hash;
    private final Index.Entry found;

    S3CachedResult(Store store, Locations locations, String hash, Index.Entry found) {
        this.store = store;
        this.locations = locations;
        this.hash = hash;
        this.found = found;
    }

    @Override
    public Manifest manifest() {
        return found.manifest();
    }

    @Override
    public Optional<InputStream> open(FormatName format) {
        StoredFormat stored = manifest().requireFormat(format);
        return openStored(format).map(input -> {
            try {
                return Contents.decode(stored, input);
            } catch (IOException e) {
                throw new CacheException(
                        "cannot read the result of '" + key() + "' in the S3 cache '" + locations.place() + "': "
                                + e.getMessage(),
                        Optional.of(key()),
                        e instanceof StoreReadException,
                        e);
            }
        });
    }

    @Override
    public Optional<InputStream> openStored(FormatName format) {
        manifest().requireFormat(format);
        try {
            return open(found, format);
        } catch (SdkException | StoreException e) {
            throw failure("read the result", e);
        }
    }

    @Override
    public void verify() {
        try {
            Index.Entry entry = sameResultNow().orElseThrow(this::gone);
            for (StoredFormat format : manifest().formats()) {
                verify(entry, format);
            }
        } catch (SdkException | StoreException e) {
            throw failure("verify the result", e);
        }
    }

    @Override
    public URI location(FormatName format) {
        manifest().requireFormat(format);
        return locations.of(part(found, format), fileName(format));
    }

    @Override
    public URI presign(FormatName format, Duration validFor) {
        manifest().requireFormat(format);
        return signed(() -> locations.presign(part(found, format), fileName(format), validFor));
    }

    @Override
    public URI presignHead(FormatName format, Duration validFor) {
        manifest().requireFormat(format);
        return signed(() -> locations.presignHead(part(found, format), fileName(format), validFor));
    }

    private URI signed(Supplier<URI> signing) {
        try {
            return signing.get();
        } catch (SdkException e) {
            throw failure("presign the result", e);
        }
    }

    private Optional<InputStream> open(Index.Entry entry, FormatName format) {
        try {
            return Optional.of(new ResumingInput(store.bucket(), part(entry, format)));
        } catch (NoSuchKeyException e) {
            Optional<Index.Entry> moved = store.loseIfStillThere(hash, entry);
            return moved.isEmpty() ? Optional.empty() : open(moved.get(), format);
        }
    }

    /** This result where it is now: it may have been promoted since it was found. */
    private Optional<Index.Entry> sameResultNow() {
        Manifest temporary = asTemporary(manifest());
        return store.find(hash).filter(now -> asTemporary(now.manifest()).equals(temporary));
    }

    private static Manifest asTemporary(Manifest manifest) {
        return manifest.withCachePolicy(org.armlib.domain.CachePolicy.TEMPORARY);
    }

    private void verify(Index.Entry entry, StoredFormat format) {
        String part = part(entry, format.name());
        Optional<String> damage;
        try {
            damage = Contents.damage(format, new ResumingInput(store.bucket(), part));
        } catch (StoreReadException e) {
            throw new CacheException(
                    "cannot verify the result of '" + key() + "' in the S3 cache '" + locations.place() + "': "
                            + e.getMessage(),
                    Optional.of(key()),
                    true,
                    e);
        } catch (NoSuchKeyException e) {
            if (sameResultNow().filter(now -> now.token().equals(entry.token())).isEmpty()) {
                throw gone();
            }
            damage = Optional.of("it is missing");
        }
        if (damage.isPresent()) {
            store.setAside(hash, entry);
            throw new CorruptResultException(
                    key(),
                    "'" + part + "' in the bucket: " + damage.get() + "; its parts are kept until they are swept");
        }
    }

    private String part(Index.Entry entry, FormatName format) {
        return store.layout().part(entry.manifest().request().cachePolicy(), hash, entry.token(), format);
    }

    private String fileName(FormatName format) {
        return key() + "." + format;
    }

    private CacheException gone() {
        return new CacheException("the result of '" + key() + "' is not there any more", false);
    }

    private CacheException failure(String tried, RuntimeException e) {
        return Failures.of(tried, Optional.of(key()), locations.place(), e);
    }

    private RequestKey key() {
        return manifest().key();
    }
}
