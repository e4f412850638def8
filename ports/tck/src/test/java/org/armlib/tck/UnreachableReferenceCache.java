package org.armlib.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.armlib.ports.CacheManager;

/** A reference cache whose folder can be taken away, so that a file is in its place. */
abstract class UnreachableReferenceCache implements UnreachableCacheContract {
    private final ReferenceCacheFixture.Constructor constructor;

    UnreachableReferenceCache(ReferenceCacheFixture.Constructor constructor) {
        this.constructor = constructor;
    }

    @Override
    public UnreachableCacheFixture newUnreachableCache() {
        ReferenceCacheFixture fixture = new ReferenceCacheFixture(constructor);
        Path folder = Path.of(fixture.location());
        Path aside = folder.resolveSibling(folder.getFileName() + ".aside");
        return new UnreachableCacheFixture() {
            @Override
            public CacheManager open() {
                return fixture.open();
            }

            @Override
            public void disconnect() {
                try {
                    Files.move(folder, aside);
                    Files.createFile(folder);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void reconnect() {
                try {
                    Files.delete(folder);
                    Files.move(aside, folder);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void close() {
                fixture.close();
            }
        };
    }
}
