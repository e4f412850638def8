package org.armlib.bootstrap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.armlib.spi.AdapterProvider;

/** A class path on which the given adapters are registered, and no others. */
final class OfferedAdapters extends ClassLoader {
    private static final String SERVICES = "META-INF/services/" + AdapterProvider.class.getName();

    private final Path services;

    OfferedAdapters(Path folder, List<String> providers) {
        super(OfferedAdapters.class.getClassLoader());
        this.services = folder.resolve("providers-" + providers.hashCode());
        try {
            Files.write(services, providers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals(SERVICES)
                ? Collections.enumeration(List.of(services.toUri().toURL()))
                : super.getResources(name);
    }
}
