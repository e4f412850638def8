package org.armlib.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheException;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.Page;

/** Caches that break a rule of {@link CacheListContract} or {@link UnreachableCacheContract}. */
final class CacheCornerFaults {
    private static final int HUNDRED = 100;

    private CacheCornerFaults() {}

    static class ListsThePersistentAreaByOffset extends BrokenCaches.Broken {
        ListsThePersistentAreaByOffset() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
                    if (area == CachePolicy.TEMPORARY) {
                        return super.list(area, cursor, limit);
                    }
                    List<Manifest> all = super.list(area, Optional.empty(), Integer.MAX_VALUE)
                            .items();
                    int from = cursor.map(Integer::parseInt).orElse(0);
                    int to = Math.min(all.size(), from + limit);
                    return new Page<>(
                            all.subList(Math.min(from, to), to),
                            to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
                }
            });
        }
    }

    static class TakesCursorsOfTheOtherArea extends BrokenCaches.Broken {
        TakesCursorsOfTheOtherArea() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
                    return super.list(area, cursor.map(text -> area + text.substring(text.indexOf('-'))), limit);
                }
            });
        }
    }

    static class TakesAnyLimit extends BrokenCaches.Broken {
        TakesAnyLimit() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
                    return limit < 1 ? new Page<>(List.of(), cursor) : super.list(area, cursor, limit);
                }
            });
        }
    }

    static class ListsWhatWasRemoved extends BrokenCaches.Broken {
        ListsWhatWasRemoved() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                private final List<Published> ever = new ArrayList<>();

                @Override
                Commit publish(Published result) throws IOException {
                    Commit commit = super.publish(result);
                    if (commit instanceof Commit.Published) {
                        ever.add(result);
                    }
                    return commit;
                }

                @Override
                public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
                    return new Page<>(
                            ever.stream()
                                    .map(Published::manifest)
                                    .filter(manifest -> manifest.request().cachePolicy() == area)
                                    .toList(),
                            Optional.empty());
                }
            });
        }
    }

    static class PurgesAHundredAtMost extends BrokenCaches.Broken {
        PurgesAHundredAtMost() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                private boolean purging;

                @Override
                public Cleared purge(Purge purge) {
                    purging = true;
                    Cleared cleared = super.purge(purge);
                    purging = false;
                    return cleared;
                }

                @Override
                List<Published> all() {
                    List<Published> all = super.all();
                    return purging && all.size() > HUNDRED ? all.subList(0, HUNDRED) : all;
                }
            });
        }
    }

    static class SweepsAHundredAtMost extends BrokenCaches.Broken {
        SweepsAHundredAtMost() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                private boolean sweeping;

                @Override
                public Cleared sweep(Duration age) {
                    sweeping = true;
                    Cleared cleared = super.sweep(age);
                    sweeping = false;
                    return cleared;
                }

                @Override
                List<Path> filesIn(String folder) throws IOException {
                    List<Path> files = super.filesIn(folder);
                    return sweeping && files.size() > HUNDRED ? files.subList(0, HUNDRED) : files;
                }
            });
        }
    }

    static class ThrowsWhatTheStoreThrows extends UnreachableReferenceCache {
        ThrowsWhatTheStoreThrows() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Optional<CachedResult> find(RequestKey key) {
                    try {
                        return super.find(key);
                    } catch (CacheException e) {
                        throw new UncheckedIOException(new IOException("Input/output error"));
                    }
                }
            });
        }
    }

    static class FindsNothingInAnOutage extends UnreachableReferenceCache {
        FindsNothingInAnOutage() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                public Optional<CachedResult> find(RequestKey key) {
                    return Files.isDirectory(root) ? super.find(key) : Optional.empty();
                }
            });
        }
    }

    static class ListsNothingInAnOutage extends UnreachableReferenceCache {
        ListsNothingInAnOutage() {
            super((root, clock, lock) -> new ReferenceCache(root, clock, lock) {
                @Override
                List<Path> filesIn(String folder) throws IOException {
                    return Files.isDirectory(root) ? super.filesIn(folder) : List.of();
                }
            });
        }
    }
}
