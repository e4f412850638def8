package org.armlib.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.armlib.content.Contents;
import org.armlib.content.StoreReadException;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.ports.CacheException;
import org.armlib.ports.CachedResult;
import org.armlib.ports.CorruptResultException;

/** A result that was found. Holds nothing open. */
final class FileCachedResult implements CachedResult {
    private final Store store;
    private final StoredResult found;

    FileCachedResult(Store store, StoredResult found) {
        this.store = store;
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
                throw failure("read the result", e);
            }
        });
    }

    @Override
    public Optional<InputStream> openStored(FormatName format) {
        manifest().requireFormat(format);
        try {
            return openFile(found, format);
        } catch (IOException e) {
            throw failure("read the result", e);
        }
    }

    @Override
    public void verify() {
        try {
            StoredResult result = sameResultNow().orElseThrow(this::gone);
            for (StoredFormat format : manifest().formats()) {
                verify(result, format);
            }
        } catch (IOException e) {
            throw failure("verify the result", e);
        }
    }

    @Override
    public URI location(FormatName format) {
        manifest().requireFormat(format);
        return found.part(format).toUri();
    }

    private Optional<InputStream> openFile(StoredResult result, FormatName format) throws IOException {
        try {
            return Optional.of(new StoredInput(Files.newInputStream(result.part(format), LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            Optional<StoredResult> moved =
                    sameResultNow().filter(now -> !now.token().equals(result.token()));
            return moved.isEmpty() ? Optional.empty() : openFile(moved.get(), format);
        }
    }

    /** This result where it is now: it may have been promoted since it was found. */
    private Optional<StoredResult> sameResultNow() throws IOException {
        return store.find(Tree.hash(key()))
                .filter(now ->
                        now.entry().isOf(manifest().submission(), manifest().epoch())
                                && now.manifest().formats().equals(manifest().formats()));
    }

    private void verify(StoredResult result, StoredFormat format) throws IOException {
        Optional<String> damage =
                Contents.damage(format, openFile(result, format.name()).orElseThrow(this::gone));
        if (damage.isPresent()) {
            store.setAside(result.entry());
            throw new CorruptResultException(
                    key(),
                    "'" + result.part(format.name()) + "': " + damage.get() + "; its manifest is kept as '"
                            + result.entry().corruptPath() + "' until it is swept");
        }
    }

    private CacheException gone() {
        return new CacheException("the result of '" + key() + "' is not there any more", false);
    }

    private CacheException failure(String tried, IOException e) {
        return Failures.of(tried, Optional.of(key()), store.root(), e);
    }

    private RequestKey key() {
        return manifest().key();
    }

    /** Tells the file system's failures from those of decoding. */
    private static final class StoredInput extends FilterInputStream {
        StoredInput(InputStream file) {
            super(file);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private static StoreReadException failed(IOException e) {
            return new StoreReadException(String.valueOf(e.getMessage()), e);
        }
    }
}
