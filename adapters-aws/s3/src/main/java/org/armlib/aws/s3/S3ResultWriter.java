package org.armlib.aws.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.armlib.aws.client.AwsFailures;
import org.armlib.content.Compression;
import org.armlib.content.FormatOutputs;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheException;
import org.armlib.ports.Commit;
import org.armlib.ports.ResultWriter;
import software.amazon.awssdk.core.exception.SdkException;

/** Writes the parts of a result under a token of its own, and publishes them. */
final class S3ResultWriter implements ResultWriter {
    /** Longer than that after a writer was made, a sweep may have taken its parts for orphans. */
    private static final Duration YOUNG = Duration.ofMinutes(10);

    private final Store store;
    private final String place;
    private final LeasedRequest leased;
    private final DataEpoch epoch;
    private final CachePolicy area;
    private final String hash;
    private final String token = Layout.newToken();
    private final Instant begun;
    private final FormatOutputs formats;
    private boolean ended;

    S3ResultWriter(
            Store store,
            String place,
            LeasedRequest leased,
            DataEpoch epoch,
            Compression compression,
            Executor executor) {
        this.store = store;
        this.place = place;
        this.leased = leased;
        this.epoch = epoch;
        this.area = leased.request().cachePolicy();
        this.hash = Layout.hash(key());
        this.begun = store.now();
        this.formats = new FormatOutputs(compression, (name, mediaType) -> {
            String part = store.layout().part(area, hash, token, name);
            return new Upload(store.bucket(), new PartName(part, area, mediaType, compression.encoding()), executor);
        });
    }

    @Override
    public synchronized OutputStream format(String name, String mediaType) {
        FormatName format = new FormatName(name);
        requireNotEnded();
        try {
            return formats.begin(format, mediaType);
        } catch (IOException e) {
            throw failure("begin the format '" + format + "' of the result", e);
        }
    }

    @Override
    public synchronized Commit commit() {
        requireNotEnded();
        ended = true;
        Store.Outcome outcome;
        Manifest manifest;
        try {
            manifest = finish();
            store.requireEpoch(manifest, store.states().current().epoch());
            requireParts(manifest);
        } catch (IOException e) {
            CacheException failure = failure("store the result", e);
            discard().ifPresent(failure::addSuppressed);
            throw failure;
        } catch (SdkException | StoreException e) {
            discard().ifPresent(e::addSuppressed);
            throw Failures.of("store the result", Optional.of(key()), place, e);
        } catch (RuntimeException | Error e) {
            discard().ifPresent(e::addSuppressed);
            throw e;
        }
        try {
            outcome = store.publish(hash, token, manifest);
        } catch (SdkException | StoreException e) {
            // Whether the result is published nobody knows, so its parts stay; if it is not, they are swept.
            throw Failures.of("publish the result", Optional.of(key()), place, e);
        } catch (RuntimeException | Error e) {
            discard().ifPresent(e::addSuppressed);
            throw e;
        }
        if (outcome == Store.Outcome.PUBLISHED) {
            return new Commit.Published(manifest);
        }
        // What cannot be removed now is an orphan, and swept as such.
        discard();
        return new Commit.Discarded(
                switch (outcome) {
                    case PUBLISHED, TAKEN -> Commit.Reason.ALREADY_PUBLISHED;
                    case SUPERSEDED -> Commit.Reason.SUPERSEDED;
                });
    }

    @Override
    public synchronized void close() {
        if (!ended) {
            ended = true;
            discard().ifPresent(e -> {
                throw Failures.of("remove the unpublished result", Optional.of(key()), place, e);
            });
        }
    }

    /** Closes all formats, and makes sure of each that all of it is there. */
    private Manifest finish() throws IOException {
        List<StoredFormat> stored = formats.finish();
        if (stored.isEmpty()) {
            store.bucket().putPart(PartName.empty(store.layout().emptyPart(area, hash, token), area), new byte[0], 0);
        }
        return Manifest.of(leased, epoch, store.now(), stored);
    }

    private void requireParts(Manifest manifest) {
        if (store.now().isBefore(begun.plus(YOUNG))) {
            return;
        }
        List<String> keys = store.layout().parts(area, hash, token, manifest);
        for (int i = 0; i < keys.size(); i++) {
            long length =
                    manifest.formats().isEmpty() ? 0 : manifest.formats().get(i).storedLength();
            if (!store.bucket().length(keys.get(i)).equals(Optional.of(length))) {
                throw new CacheException(
                        "cannot publish the result of '" + key() + "': its part '" + keys.get(i)
                                + "' is not there any more; a sweep took it for an orphan, because it is older than the"
                                + " age of the sweep",
                        true);
            }
        }
    }

    private Optional<RuntimeException> discard() {
        formats.abort();
        List<String> keys = new ArrayList<>();
        formats.names().forEach(format -> keys.add(store.layout().part(area, hash, token, format)));
        if (formats.names().isEmpty()) {
            keys.add(store.layout().emptyPart(area, hash, token));
        }
        try {
            store.discard(keys);
            return Optional.empty();
        } catch (SdkException | StoreException e) {
            return Optional.of(e);
        }
    }

    private void requireNotEnded() {
        if (ended) {
            throw new CacheException("the result of '" + key() + "' was committed or closed already", false);
        }
    }

    private CacheException failure(String tried, IOException e) {
        boolean retryable = !(e.getCause() instanceof SdkException cause) || AwsFailures.isRetryable(cause);
        return new CacheException(
                "cannot " + tried + " of '" + key() + "' in the S3 cache '" + place + "': " + e.getMessage(),
                Optional.of(key()),
                retryable,
                e);
    }

    private RequestKey key() {
        return leased.request().key();
    }
}
