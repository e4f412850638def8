package org.armlib.bootstrap;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The classes that an adapter refers to and that cannot be loaded. Follows the references of its own classes, from the
 * provider on. A class that handles a missing class by itself, by a catch of {@link NoClassDefFoundError} for example, is
 * taken to do without.
 */
final class MissingLibraries {
    private static final String ARMLIB = "org.armlib.";
    private static final Set<String> HANDLERS =
            Set.of(ClassNotFoundException.class.getName(), NoClassDefFoundError.class.getName());

    /** What is found once is kept with the class. */
    private static final ClassValue<Optional<String>> FOUND = new ClassValue<>() {
        @Override
        protected Optional<String> computeValue(Class<?> provider) {
            return new MissingLibraries(provider).message();
        }
    };

    private final Class<?> provider;
    private final ClassLoader loader;
    private final Set<String> missing = new TreeSet<>();

    private MissingLibraries(Class<?> provider) {
        this.provider = provider;
        this.loader = Objects.requireNonNullElseGet(provider.getClassLoader(), ClassLoader::getSystemClassLoader);
        follow();
    }

    /** What an adapter lacks, and what to do; empty if all is there. */
    static Optional<String> of(Class<?> provider) {
        return FOUND.get(provider);
    }

    private Optional<String> message() {
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        int others = missing.size() - 1;
        return Optional.of("a library is missing that it needs: there is no "
                + missing.iterator().next()
                + (others == 0 ? "" : " (and " + others + " more like it)")
                + " on the class path; add the library's jar, next to the adapter's for example");
    }

    private void follow() {
        Deque<Class<?>> open = new ArrayDeque<>(Set.of(provider));
        Set<String> seen = new HashSet<>(Set.of(provider.getName()));
        while (!open.isEmpty()) {
            for (String name : references(open.pop())) {
                if (seen.add(name)) {
                    load(name).filter(this::isOwn).ifPresent(open::push);
                }
            }
        }
    }

    private Set<String> references(Class<?> type) {
        String resource = type.getName().replace('.', '/') + ".class";
        try (@Nullable InputStream in = loader.getResourceAsStream(resource)) {
            Set<String> references = in == null ? Set.of() : ClassReferences.of(in);
            return references.stream().anyMatch(HANDLERS::contains) ? Set.of() : references;
        } catch (IOException e) {
            // What cannot be read tells nothing; whoever uses it finds out.
            return Set.of();
        }
    }

    private Optional<Class<?>> load(String name) {
        try {
            return Optional.of(Class.forName(name, false, loader));
        } catch (ClassNotFoundException e) {
            missing.add(name);
        } catch (NoClassDefFoundError e) {
            // One that the class itself needs.
            missing.add(String.valueOf(e.getMessage()).replace('/', '.'));
        } catch (LinkageError e) {
            missing.add(name);
        }
        return Optional.empty();
    }

    /** Whether the class came with the adapter, or with armlib, whose modules adapters share. */
    private boolean isOwn(Class<?> type) {
        return type.getName().startsWith(ARMLIB) || (home(type) != null && Objects.equals(home(type), home(provider)));
    }

    private static @Nullable Object home(Class<?> type) {
        var source = type.getProtectionDomain().getCodeSource();
        return source == null ? null : source.getLocation();
    }
}
