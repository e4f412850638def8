package org.armlib.tck;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.FormatName;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Parameters;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StoredFormat;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheException;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.Page;
import org.armlib.ports.ResultWriter;

/** Caches that each break one rule, as real ones have. */
final class BrokenCaches {
    private BrokenCaches() {}

    /** What JUnit runs: the contract over a broken cache. */
    abstract static class Broken implements CacheContract {
        private final ReferenceCacheFixture.Constructor constructor;

        Broken(ReferenceCacheFixture.Constructor constructor) {
            this.constructor = constructor;
        }

        @Override
        public CacheFixture newCache() {
            return new ReferenceCacheFixture(constructor);
        }
    }

    /** Gives another thread the time to come between. */
    private static void pause() {
        LockSupport.parkNanos(1_000_000);
    }

    static class PublishesOnClose extends Broken {
        PublishesOnClose() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public ResultWriter write(LeasedRequest leased) {
                    return new Writer(leased) {
                        private boolean committed;

                        @Override
                        public synchronized void close() {
                            if (!committed) {
                                committed = true;
                                commit();
                            }
                            super.close();
                        }
                    };
                }
            });
        }
    }

    static class ShowsWhatIsNotCommitted extends Broken {
        ShowsWhatIsNotCommitted() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public ResultWriter write(LeasedRequest leased) {
                    Writer writer = new Writer(leased);
                    put(new Published(
                            new Manifest(
                                    leased.request(),
                                    leased.lease().submission(),
                                    epoch(),
                                    1,
                                    clock.instant(),
                                    List.of()),
                            writer.folder));
                    return writer;
                }
            });
        }
    }

    static class LeavesPartsOnClose extends Broken {
        LeavesPartsOnClose() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                void deleteData(String folder) {}
            });
        }
    }

    static class DeletesThenPuts extends Broken {
        DeletesThenPuts() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                void put(Published published) {
                    attempt(
                            "delete",
                            () -> Files.deleteIfExists(
                                    manifestFile(published.manifest().key())));
                    pause();
                    super.put(published);
                }
            });
        }
    }

    static class PurgesStickyResults extends Broken {
        PurgesStickyResults() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean survives(Published published, Purge purge) {
                    return false;
                }
            });
        }
    }

    static class ClearsYoungResults extends Broken {
        ClearsYoungResults() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean isYoung(Manifest manifest, Duration age) {
                    return false;
                }
            });
        }
    }

    static class SparesResultsOfTheFuture extends Broken {
        SparesResultsOfTheFuture() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean isYoung(Manifest manifest, Duration age) {
                    return manifest.published().isAfter(clock.instant().minus(age));
                }
            });
        }
    }

    static class AlwaysSparesYoungResults extends Broken {
        AlwaysSparesYoungResults() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean isYoung(Manifest manifest, Duration age) {
                    return super.isYoung(manifest, Duration.ofHours(1));
                }
            });
        }
    }

    static class RemembersPurgesInMemory extends Broken {
        RemembersPurgesInMemory() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                private Optional<Instant> purged = Optional.empty();

                @Override
                void notePurge() {
                    purged = Optional.of(clock.instant());
                }

                @Override
                public Optional<Duration> sincePurge() {
                    return purged.map(time -> Duration.between(time, clock.instant()));
                }
            });
        }
    }

    static class TellsTheLastRetraction extends Broken {
        TellsTheLastRetraction() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public void retract(RequestKey key, SubmissionId upTo) {
                    attempt("retract", () -> {
                        replace(retractionFile(key), upTo.toString());
                        return upTo;
                    });
                    super.retract(key, upTo);
                }
            });
        }
    }

    static class KeepsNotesOfTheFuture extends Broken {
        KeepsNotesOfTheFuture() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean isOlder(Path file, Instant before, Instant now) throws IOException {
                    return Files.getLastModifiedTime(file).toInstant().isBefore(before);
                }
            });
        }
    }

    static class FindsOlderEpochs extends Broken {
        FindsOlderEpochs() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean isCurrent(Published published) {
                    return true;
                }

                @Override
                public Cleared purge(Purge purge) {
                    attempt("raise the epoch", () -> {
                        raiseEpoch();
                        return purge;
                    });
                    return new Cleared(2, 2_000);
                }
            });
        }
    }

    static class KeepsTheEpochInMemory extends Broken {
        KeepsTheEpochInMemory() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                private DataEpoch mine = DataEpoch.FIRST;

                @Override
                public DataEpoch epoch() {
                    return mine;
                }

                @Override
                void raiseEpoch() {
                    mine = mine.next();
                }
            });
        }
    }

    static class PublishesOlderData extends Broken {
        PublishesOlderData() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                Commit publish(Published result) throws IOException {
                    Manifest old = result.manifest();
                    return super.publish(new Published(
                            new Manifest(
                                    old.request(),
                                    old.submission(),
                                    epoch(),
                                    old.attempt(),
                                    old.published(),
                                    old.formats()),
                            result.folder()));
                }
            });
        }
    }

    static class RaisesTheEpochInTwoSteps extends Broken {
        RaisesTheEpochInTwoSteps() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, new Object()) {
                @Override
                void raiseEpoch() throws IOException {
                    String next = epoch().next().toString();
                    pause();
                    replace(root.resolve("epoch"), next);
                }
            });
        }
    }

    static class UsesKeysAsPaths extends Broken {
        UsesKeysAsPaths() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                String fileName(RequestKey key) {
                    // As a file system that folds case does.
                    return key.value().toLowerCase(Locale.ROOT);
                }
            });
        }
    }

    static class LetsTheLastCommitWin extends Broken {
        LetsTheLastCommitWin() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                Commit publish(Published result) {
                    put(result);
                    return new Commit.Published(result.manifest());
                }
            });
        }
    }

    static class ForgetsRetractions extends Broken {
        ForgetsRetractions() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                Optional<SubmissionId> retractedUpTo(RequestKey key) {
                    return Optional.empty();
                }
            });
        }
    }

    static class RetractsLaterSubmissionsToo extends Broken {
        RetractsLaterSubmissionsToo() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public void retract(RequestKey key, SubmissionId upTo) {
                    super.retract(key, new SubmissionId(upTo.time() + 1_000, 0));
                }
            });
        }
    }

    static class ComparesNoDigest extends Broken {
        ComparesNoDigest() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Optional<CachedResult> find(RequestKey key) {
                    return published(key).map(published -> new Result(published) {
                        @Override
                        boolean isSound(StoredFormat format) {
                            return true;
                        }
                    });
                }
            });
        }
    }

    static class KeepsDamagedResults extends Broken {
        KeepsDamagedResults() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                void remove(Published published) {}
            });
        }
    }

    static class ReadsShortWithoutError extends Broken {
        ReadsShortWithoutError() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Optional<CachedResult> find(RequestKey key) {
                    return published(key).map(published -> new Result(published) {
                        @Override
                        public Optional<InputStream> open(FormatName format) {
                            return attempt(
                                    "open",
                                    () -> Optional.of(
                                            new ByteArrayInputStream(Files.readAllBytes(file(format)), 0, 1_000)));
                        }
                    });
                }
            });
        }
    }

    static class OpensAgainForEachRead extends Broken {
        OpensAgainForEachRead() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Optional<CachedResult> find(RequestKey key) {
                    return published(key).map(published -> new Result(published) {
                        @Override
                        public Optional<InputStream> open(FormatName format) {
                            return Optional.of(new Reopened(file(format)));
                        }
                    });
                }
            });
        }

        private static final class Reopened extends InputStream {
            private final Path file;
            private int at;

            Reopened(Path file) {
                this.file = file;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try (InputStream in = Files.newInputStream(file)) {
                    in.skipNBytes(at);
                    int count = in.read(target, offset, length);
                    at += Math.max(0, count);
                    return count;
                }
            }
        }
    }

    static class PromotesNothing extends Broken {
        PromotesNothing() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public boolean promote(RequestKey key) {
                    return find(key).isPresent();
                }
            });
        }
    }

    static class PromotesInTwoSteps extends Broken {
        PromotesInTwoSteps() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public boolean promote(RequestKey key) {
                    Optional<Published> found = published(key);
                    pause();
                    found.ifPresent(one ->
                            put(new Published(one.manifest().withCachePolicy(CachePolicy.STICKY), one.folder())));
                    return found.isPresent();
                }
            });
        }
    }

    static class SweepsNothing extends Broken {
        SweepsNothing() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean isOlder(Path file, Instant before, Instant now) {
                    return false;
                }
            });
        }
    }

    static class SweepsWritersAtWork extends Broken {
        SweepsWritersAtWork() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                boolean isOlder(Path file, Instant before, Instant now) {
                    return true;
                }
            });
        }
    }

    static class SweepsPublishedResults extends Broken {
        SweepsPublishedResults() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Cleared sweep(Duration age) {
                    all().forEach(published -> {
                        try {
                            deleteData(published.folder());
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                    return super.sweep(age);
                }
            });
        }
    }

    static class LosesParameters extends Broken {
        LosesParameters() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                void put(Published published) {
                    super.put(withParameters(published, Parameters.none()));
                }
            });
        }
    }

    static class KeepsNamesAndValuesAlone extends Broken {
        KeepsNamesAndValuesAlone() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                void put(Published published) {
                    super.put(withParameters(
                            published,
                            Parameters.of(
                                    published.manifest().request().parameters().asMap())));
                }
            });
        }
    }

    private static ReferenceCache.Published withParameters(ReferenceCache.Published published, Parameters parameters) {
        Manifest manifest = published.manifest();
        BatchRequest request = manifest.request();
        return new ReferenceCache.Published(
                new Manifest(
                        new BatchRequest(
                                request.key(),
                                request.requestUri(),
                                parameters,
                                request.cachePolicy(),
                                request.estimatedTime(),
                                request.priority(),
                                request.trace()),
                        manifest.submission(),
                        manifest.epoch(),
                        manifest.attempt(),
                        manifest.published(),
                        manifest.formats()),
                published.folder());
    }

    static class ListsByOffset extends Broken {
        ListsByOffset() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
                    List<Manifest> all = super.list(area, Optional.empty(), Integer.MAX_VALUE)
                            .items();
                    int from =
                            Math.min(all.size(), cursor.map(Integer::parseInt).orElse(0));
                    int to = Math.min(all.size(), from + limit);
                    return new Page<>(
                            all.subList(from, to),
                            to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
                }
            });
        }
    }

    static class AcceptsWritesAfterClose extends Broken {
        AcceptsWritesAfterClose() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public ResultWriter write(LeasedRequest leased) {
                    return new Writer(leased) {
                        @Override
                        public synchronized void close() {
                            // Leaves the streams open, and the writer in the belief that it is.
                        }
                    };
                }
            });
        }
    }

    static class ClosesOnlyOnce extends Broken {
        ClosesOnlyOnce() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                private final AtomicBoolean closed = new AtomicBoolean();

                @Override
                public void close() {
                    if (!closed.compareAndSet(false, true)) {
                        throw new CacheException("the cache is closed", false);
                    }
                    super.close();
                }
            });
        }
    }
}
