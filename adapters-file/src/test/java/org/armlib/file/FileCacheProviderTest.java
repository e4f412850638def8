package org.armlib.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.armlib.content.Compression;
import org.armlib.domain.CachePolicy;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter by name, by module and by constructor, and folders that cannot hold it. */
class FileCacheProviderTest {
    private final FileCacheProvider provider = new FileCacheProvider();

    @TempDir
    Path folder;

    @Test
    void it_is_found_by_its_name() {
        assertThat(ServiceLoader.load(AdapterProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(found -> found.port() == PortType.CACHE)
                        .map(AdapterProvider::name))
                .containsExactly("file");
    }

    @Test
    void its_module_binds_one_cache_and_nothing_is_made_before() throws IOException {
        Path directory = folder.resolve("a").resolve("b");
        var module = provider.module(settings(directory));
        assertThat(directory.getParent()).doesNotExist();

        Injector injector = Guice.createInjector(Stage.PRODUCTION, module, new AbstractModule() {
            @Override
            protected void configure() {
                binder().requireExplicitBindings();
                bind(Clock.class).toInstance(Clock.systemUTC());
            }
        });

        CacheManager cache = injector.getInstance(CacheManager.class);
        assertThat(cache).isInstanceOf(FileCacheManager.class).isSameAs(injector.getInstance(CacheManager.class));
        Results.commit(cache, "a", CachePolicy.STICKY, 1, 1);
        assertThat(Results.found(cache, "a")).contains(1);
    }

    @Test
    void a_link_to_a_folder_is_a_folder() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        provider.module(settings(link));

        FileCacheManager cache = new FileCacheManager(link, Compression.NONE, Clock.systemUTC());

        Results.commit(cache, "a", CachePolicy.STICKY, 1, 1);
        assertThat(Results.found(cache, "a")).contains(1);
        assertThat(real.resolve("persistent")).isDirectory();
    }

    @Test
    void a_file_is_refused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertRefused(file, "is a file, not a folder");
        assertRefused(file.resolve("below"), "is not a folder");
    }

    @Test
    void a_dangling_link_is_refused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        assertRefused(link, "symbolic link to a place that does not exist");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @Test
    void a_folder_that_cannot_be_written_is_refused() throws IOException, InterruptedException {
        Path directory = Files.createDirectory(folder.resolve("locked"));
        // Permissions do not bind the superuser, but a read-only mount does; one of the two can always be had.
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", directory.toString());
        if (!mounted) {
            assertThat(run("chmod", "555", directory.toString())).isTrue();
        }
        try {
            assertRefused(directory, "cannot be written");
            assertRefused(directory.resolve("new"), "cannot be made");
        } finally {
            assertThat(run(mounted ? List.of("umount", directory.toString()) : List.of("chmod", "755", directory + "")))
                    .isTrue();
        }
    }

    private void assertRefused(Path directory, String message) {
        assertThatThrownBy(() -> provider.module(settings(directory)))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo("directory"))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(message);
        assertThatThrownBy(() -> new FileCacheManager(directory, Compression.NONE, Clock.systemUTC()))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining(message);
    }

    private static Settings settings(Path directory) {
        return Settings.builder()
                .read(FileCacheProvider.DIRECTORY, directory.toString())
                .read(FileCacheProvider.COMPRESSION, "zstd")
                .build();
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    private static boolean run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
