package org.armlib.file;

import com.google.inject.Module;
import java.nio.file.Path;
import java.util.List;
import org.armlib.content.Compression;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The adapter {@code file} of the cache. */
public final class FileCacheProvider implements AdapterProvider {
    /** The folder in which the results lie. */
    public static final Setting<Path> DIRECTORY = Setting.path(
                    "directory", "the folder in which the results lie, the cache's own; made if it is missing")
            .required();

    /** How results are stored. */
    public static final Setting<Compression> COMPRESSION = Setting.choice(
                    "compression", "how results are stored from now on", Compression.class)
            .withDefault(Compression.NONE);

    /** Who else may read the files. */
    public static final Setting<FileAccess> ACCESS = Setting.choice(
                    "access",
                    "who on the machine may read the files, besides the user who runs armlib",
                    FileAccess.class)
            .withDefault(FileAccess.OWNER);

    /** Does nothing. */
    public FileCacheProvider() {}

    @Override
    public PortType port() {
        return PortType.CACHE;
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(DIRECTORY, COMPRESSION, ACCESS);
    }

    @Override
    public Module module(Settings settings) {
        Path directory = settings.get(DIRECTORY);
        FolderCheck.problem(directory).ifPresent(problem -> {
            throw new InvalidSettingException(DIRECTORY.name(), problem);
        });
        return new FileCacheModule(new FileCacheSettings(directory, settings.get(COMPRESSION), settings.get(ACCESS)));
    }
}
