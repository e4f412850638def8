package org.armlib.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.armlib.content.Compression;
import org.armlib.ports.CacheManager;
import org.armlib.tck.UnreachableCacheContract;
import org.armlib.tck.UnreachableCacheFixture;

class UnreachableFolderTest implements UnreachableCacheContract {
    @Override
    public UnreachableCacheFixture newUnreachableCache() {
        FileFixture fixture = new FileFixture(Compression.ZSTD);
        Path folder = fixture.directory();
        Path aside = folder.resolveSibling(folder.getFileName() + ".aside");
        return new UnreachableCacheFixture() {
            @Override
            public CacheManager open() {
                return fixture.open();
            }

            /** Puts a file where the folder was: nothing in it can be read, written or found missing. */
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
