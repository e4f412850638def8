package org.armlib.tck;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleEpochException;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.CorruptResultException;
import org.armlib.ports.Page;
import org.armlib.ports.ResultWriter;
import org.jspecify.annotations.Nullable;

/**
 * The plainest cache that keeps every rule: {@code manifests/KEY}, which names the folder {@code data/ANY} of a result;
 * {@code retracted/KEY}; and {@code epoch}. One lock for all that changes; readers need none, since manifests are moved
 * into place.
 */
class ReferenceCache implements CacheManager {
    /** A manifest and the folder of its content. */
    record Published(Manifest manifest, String folder) {}

    final Path root;
    final Clock clock;
    final Object lock;

    ReferenceCache(Path root, Clock clock, Object lock) {
        this.root = root;
        this.clock = clock;
        this.lock = lock;
        attempt("make the folders", () -> {
            Files.createDirectories(root.resolve("manifests"));
            Files.createDirectories(root.resolve("retracted"));
            return Files.createDirectories(root.resolve("data"));
        });
    }

    /** Something that the file system may refuse. */
    interface Step<T> {
        T run() throws IOException;
    }

    static <T> T attempt(String what, Step<T> step) {
        try {
            return step.run();
        } catch (IOException | UncheckedIOException e) {
            throw new CacheException("cannot " + what, Optional.empty(), true, e);
        }
    }

    /** The file name that stands for a key. */
    String fileName(RequestKey key) {
        return CacheSamples.sha256(key.value().getBytes(StandardCharsets.UTF_8));
    }

    Path manifestFile(RequestKey key) {
        return root.resolve("manifests").resolve(fileName(key));
    }

    Path retractionFile(RequestKey key) {
        return root.resolve("retracted").resolve(fileName(key));
    }

    Path data(String folder) {
        return root.resolve("data").resolve(folder);
    }

    /** Puts a file in its place in one step. */
    void replace(Path file, String content) throws IOException {
        Path temporary = Files.createTempFile(root, "new", ".tmp");
        Files.writeString(temporary, content);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static Optional<String> content(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    List<Path> filesIn(String folder) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    void deleteData(String folder) throws IOException {
        if (Files.exists(data(folder))) {
            for (Path file : filesIn("data/" + folder)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(data(folder));
        }
    }

    @Override
    public DataEpoch epoch() {
        return attempt(
                "read the epoch",
                () -> content(root.resolve("epoch"))
                        .map(text -> new DataEpoch(Long.parseLong(text)))
                        .orElse(DataEpoch.FIRST));
    }

    Optional<Published> published(RequestKey key) {
        return attempt("read a manifest", () -> content(manifestFile(key)).map(ManifestText::read))
                .filter(this::isCurrent);
    }

    boolean isCurrent(Published published) {
        return published.manifest().epoch().equals(epoch());
    }

    List<Published> all() {
        return attempt("read the manifests", () -> {
            List<Published> all = new ArrayList<>();
            for (Path file : filesIn("manifests")) {
                content(file).map(ManifestText::read).ifPresent(all::add);
            }
            return all;
        });
    }

    void remove(Published published) throws IOException {
        Files.deleteIfExists(manifestFile(published.manifest().key()));
        deleteData(published.folder());
    }

    @Override
    public Optional<CachedResult> find(RequestKey key) {
        return published(key).map(Result::new);
    }

    @Override
    public boolean promote(RequestKey key) {
        synchronized (lock) {
            Optional<Published> published = published(key);
            published.ifPresent(
                    found -> put(new Published(found.manifest().withCachePolicy(CachePolicy.STICKY), found.folder())));
            return published.isPresent();
        }
    }

    void put(Published published) {
        attempt("publish", () -> {
            replace(manifestFile(published.manifest().key()), ManifestText.write(published));
            return published;
        });
    }

    @Override
    public void retract(RequestKey key, SubmissionId upTo) {
        synchronized (lock) {
            attempt("retract", () -> {
                Optional<SubmissionId> before = retractedUpTo(key);
                if (before.isEmpty() || before.get().compareTo(upTo) < 0) {
                    replace(retractionFile(key), upTo.toString());
                }
                Files.setLastModifiedTime(retractionFile(key), FileTime.from(clock.instant()));
                Optional<Published> published = published(key);
                if (published.isPresent()
                        && published.get().manifest().submission().compareTo(upTo) <= 0) {
                    remove(published.get());
                }
                return key;
            });
        }
    }

    Optional<SubmissionId> retractedUpTo(RequestKey key) throws IOException {
        return content(retractionFile(key)).map(SubmissionId::parse);
    }

    @Override
    public Optional<SubmissionId> retracted(RequestKey key) {
        return attempt("read a retraction", () -> retractedUpTo(key));
    }

    @Override
    public Cleared purge(Purge purge) {
        synchronized (lock) {
            return attempt("purge", () -> {
                if (purge == Purge.REBUILD) {
                    raiseEpoch();
                }
                return removeUnless(published -> survives(published, purge));
            });
        }
    }

    @Override
    public Cleared purgeTemporary(Duration minAge) {
        synchronized (lock) {
            return attempt(
                    "purge",
                    () -> removeUnless(
                            published -> survives(published, Purge.ROUTINE) || isYoung(published.manifest(), minAge)));
        }
    }

    boolean isYoung(Manifest manifest, Duration age) {
        return Duration.between(manifest.published(), clock.instant()).abs().compareTo(age) < 0;
    }

    private Cleared removeUnless(Predicate<Published> survives) throws IOException {
        notePurge();
        Cleared cleared = Cleared.NOTHING;
        for (Published published : all()) {
            if (!survives.test(published)) {
                remove(published);
                cleared = cleared.plus(new Cleared(1, published.manifest().length()));
            }
        }
        return cleared;
    }

    void notePurge() throws IOException {
        replace(root.resolve("purged"), clock.instant().toString());
    }

    @Override
    public Optional<Duration> sincePurge() {
        return attempt("read when it was purged", () -> content(root.resolve("purged")))
                .map(time -> Duration.between(Instant.parse(time), clock.instant()));
    }

    void raiseEpoch() throws IOException {
        replace(root.resolve("epoch"), epoch().next().toString());
    }

    boolean survives(Published published, Purge purge) {
        return published.manifest().request().cachePolicy().survives(purge);
    }

    @Override
    public Cleared sweep(Duration age) {
        synchronized (lock) {
            return attempt("sweep", () -> {
                Instant now = clock.instant();
                Instant before = now.minus(age);
                List<String> inUse = all().stream().map(Published::folder).toList();
                Cleared cleared = Cleared.NOTHING;
                for (Path folder : filesIn("data")) {
                    String name = folder.getFileName().toString();
                    if (!inUse.contains(name) && isOlder(folder, before, now)) {
                        long bytes = 0;
                        for (Path file : filesIn("data/" + name)) {
                            bytes += Files.size(file);
                        }
                        deleteData(name);
                        cleared = cleared.plus(new Cleared(1, bytes));
                    }
                }
                for (Path note : filesIn("retracted")) {
                    if (isOlder(note, before, now)) {
                        Files.delete(note);
                    }
                }
                return cleared;
            });
        }
    }

    /** A file from the future is as if written now, so that it grows older from now on. */
    boolean isOlder(Path file, Instant before, Instant now) throws IOException {
        if (Files.getLastModifiedTime(file).toInstant().isAfter(now)) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        }
        return Files.getLastModifiedTime(file).toInstant().isBefore(before);
    }

    @Override
    public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit", "is " + limit + "; at least 1 is needed");
        }
        if (cursor.isPresent() && !cursor.get().matches(area + "-[0-9a-f]{64}")) {
            throw new InvalidRequestException("cursor", "is not one of this area");
        }
        List<Manifest> rest = all().stream()
                .filter(this::isCurrent)
                .map(Published::manifest)
                .filter(manifest -> manifest.request().cachePolicy() == area)
                .filter(manifest -> cursor.isEmpty() || cursor(area, manifest).compareTo(cursor.get()) > 0)
                .toList();
        List<Manifest> page = rest.subList(0, Math.min(limit, rest.size()));
        return new Page<>(
                page,
                page.size() < rest.size() ? Optional.of(cursor(area, page.get(page.size() - 1))) : Optional.empty());
    }

    String cursor(CachePolicy area, Manifest manifest) {
        return area + "-" + fileName(manifest.key());
    }

    @Override
    public ResultWriter write(LeasedRequest leased) {
        return new Writer(leased);
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    /** One result that is being written. */
    class Writer implements ResultWriter {
        final LeasedRequest leased;
        final DataEpoch begun = epoch();
        final String folder = UUID.randomUUID().toString();
        private final Map<FormatName, Content> contents = new LinkedHashMap<>();
        boolean closed;

        Writer(LeasedRequest leased) {
            this.leased = leased;
            attempt("begin a result", () -> Files.createDirectory(data(folder)));
            attempt("begin a result", this::touch);
        }

        Path touch() throws IOException {
            return Files.setLastModifiedTime(data(folder), FileTime.from(clock.instant()));
        }

        Path file(FormatName format) {
            return data(folder).resolve(format.value());
        }

        @Override
        public synchronized OutputStream format(String name, String mediaType) {
            FormatName format = new FormatName(name);
            if (contents.containsKey(format)) {
                throw new InvalidRequestException("format", "'" + name + "' is there already");
            }
            if (closed) {
                throw new CacheException("the writer is closed", false);
            }
            Content content = attempt("begin a format", () -> new Content(this, format, mediaType));
            contents.put(format, content);
            return content;
        }

        @Override
        public synchronized Commit commit() {
            if (closed) {
                throw new CacheException("the writer is closed", false);
            }
            try {
                return attempt("commit", () -> {
                    List<StoredFormat> formats = new ArrayList<>();
                    for (Content content : contents.values()) {
                        content.close();
                        formats.add(content.stored());
                    }
                    Manifest manifest = new Manifest(
                            leased.request(),
                            leased.lease().submission(),
                            begun,
                            leased.lease().attempt(),
                            clock.instant(),
                            formats);
                    synchronized (lock) {
                        return publish(new Published(manifest, folder));
                    }
                });
            } finally {
                close();
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                attempt("close a writer", () -> {
                    for (Content content : contents.values()) {
                        content.close();
                    }
                    synchronized (lock) {
                        if (all().stream().noneMatch(one -> one.folder().equals(folder))) {
                            deleteData(folder);
                        }
                    }
                    return folder;
                });
            }
        }
    }

    Commit publish(Published result) throws IOException {
        Manifest manifest = result.manifest();
        RequestKey key = manifest.key();
        if (!isCurrent(result)) {
            throw new StaleEpochException(key, manifest.epoch(), epoch());
        }
        Optional<SubmissionId> retracted = retractedUpTo(key);
        Optional<Published> before = published(key);
        int order = before.map(one -> one.manifest().submission().compareTo(manifest.submission()))
                .orElse(-1);
        if (order > 0 || (retracted.isPresent() && retracted.get().compareTo(manifest.submission()) >= 0)) {
            return new Commit.Discarded(Commit.Reason.SUPERSEDED);
        }
        if (order == 0) {
            return new Commit.Discarded(Commit.Reason.ALREADY_PUBLISHED);
        }
        put(result);
        if (before.isPresent()) {
            deleteData(before.get().folder());
        }
        return new Commit.Published(manifest);
    }

    /** One format that is being written. */
    static class Content extends FilterOutputStream {
        private final Writer writer;
        private final FormatName name;
        private final String mediaType;
        private final Path file;
        private final MessageDigest digest;
        private long length;
        private @Nullable String sha256;

        Content(Writer writer, FormatName name, String mediaType) throws IOException {
            this(writer, name, mediaType, writer.file(name), CacheSamples.sha256());
        }

        private Content(Writer writer, FormatName name, String mediaType, Path file, MessageDigest digest)
                throws IOException {
            super(new DigestOutputStream(Files.newOutputStream(file), digest));
            this.writer = writer;
            this.name = name;
            this.mediaType = mediaType;
            this.file = file;
            this.digest = digest;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (sha256 != null) {
                throw new IOException("the format is closed");
            }
            out.write(bytes, offset, count);
            length += count;
            writer.touch();
        }

        @Override
        public void close() throws IOException {
            if (sha256 == null) {
                sha256 = HexFormat.of().formatHex(digest.digest());
                out.close();
            }
        }

        StoredFormat stored() throws IOException {
            if (sha256 == null || Files.size(file) != length) {
                throw new IOException(file + " is not whole");
            }
            return new StoredFormat(name, mediaType, length, sha256, Encoding.IDENTITY, length);
        }
    }

    /** A result as it was found. */
    class Result implements CachedResult {
        private final Published published;

        Result(Published published) {
            this.published = published;
        }

        @Override
        public Manifest manifest() {
            return published.manifest();
        }

        Path file(FormatName format) {
            if (manifest().format(format).isEmpty()) {
                throw new InvalidRequestException("format", "the result has no " + format);
            }
            return data(published.folder()).resolve(format.value());
        }

        @Override
        public Optional<InputStream> open(FormatName format) {
            Path file = file(format);
            return attempt("open", () -> {
                try {
                    return Optional.of(Files.newInputStream(file));
                } catch (NoSuchFileException e) {
                    return Optional.empty();
                }
            });
        }

        @Override
        public Optional<InputStream> openStored(FormatName format) {
            return open(format);
        }

        @Override
        public void verify() {
            for (StoredFormat format : manifest().formats()) {
                if (!isSound(format)) {
                    synchronized (lock) {
                        attempt("remove", () -> {
                            remove(published);
                            return published;
                        });
                    }
                    throw new CorruptResultException(manifest().key(), format.name() + " has another digest");
                }
            }
        }

        boolean isSound(StoredFormat format) {
            return attempt("verify", () -> CacheSamples.sha256(Files.readAllBytes(file(format.name()))))
                    .equals(format.sha256());
        }

        @Override
        public URI location(FormatName format) {
            return file(format).toUri();
        }
    }
}
