package org.armlib.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

/** Writes the parts of a result under a token of its own, and publishes them. */
final class FileResultWriter implements ResultWriter {
    private final Store store;
    private final LeasedRequest leased;
    private final DataEpoch epoch;
    private final CachePolicy area;
    private final String hash;
    private final String token;
    private final FormatOutputs formats;
    private boolean ended;

    FileResultWriter(Store store, LeasedRequest leased, DataEpoch epoch, Compression compression) {
        this.store = store;
        this.leased = leased;
        this.epoch = epoch;
        this.area = leased.request().cachePolicy();
        this.hash = Tree.hash(key());
        this.token = store.begin();
        this.formats = new FormatOutputs(
                compression,
                (name, mediaType) ->
                        new FileSink(store.newPart(area, hash, token, name), e -> failure("store the result", e)));
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
            outcome = publish(manifest);
        } catch (IOException e) {
            CacheException failure = failure("store the result", e);
            discard().ifPresent(failure::addSuppressed);
            throw failure;
        } catch (RuntimeException | Error e) {
            discard().ifPresent(e::addSuppressed);
            throw e;
        }
        if (outcome == Store.Outcome.PUBLISHED) {
            store.end(token);
            tidy();
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
                throw failure("remove the unpublished result", e);
            });
        }
    }

    /** Closes all formats, and makes sure of each that all of it is there. */
    private Manifest finish() throws IOException {
        Manifest manifest = Manifest.of(leased, epoch, store.now(), formats.finish());
        for (StoredFormat format : manifest.formats()) {
            Path file = store.part(area, hash, token, format.name());
            if (Files.size(file) != format.storedLength()) {
                throw new IOException("'" + file + "' has not the length that was written; somebody else changed it");
            }
        }
        return manifest;
    }

    private Store.Outcome publish(Manifest manifest) throws IOException {
        return store.isPublished(hash, manifest.submission(), epoch)
                ? Store.Outcome.TAKEN
                : store.publish(hash, token, manifest);
    }

    private void tidy() {
        try {
            store.tidy(hash);
        } catch (IOException e) {
            // The result is published; what an older one left is removed by the next sweep.
            return;
        }
    }

    private Optional<IOException> discard() {
        formats.abort();
        try {
            store.discard(area, hash, token);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        } finally {
            store.end(token);
        }
    }

    private void requireNotEnded() {
        if (ended) {
            throw new CacheException("the result of '" + key() + "' was committed or closed already", false);
        }
    }

    private CacheException failure(String tried, IOException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof CacheException explained) {
                return explained;
            }
        }
        return Failures.of(tried, Optional.of(key()), store.root(), e);
    }

    private RequestKey key() {
        return leased.request().key();
    }
}
