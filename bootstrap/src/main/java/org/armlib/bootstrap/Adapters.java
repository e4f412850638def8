package org.armlib.bootstrap;

import com.google.inject.Module;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.DataSourceAdapter;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;
import org.jspecify.annotations.Nullable;

/** The adapters that can be named in app.conf: what {@code META-INF/services} on the class path declares. Immutable. */
public final class Adapters {
    private static final String PLACE = "class path";

    private final List<AdapterProvider> providers;
    private final List<Problem> problems;

    private Adapters(List<AdapterProvider> providers, List<Problem> problems) {
        this.providers = List.copyOf(providers);
        this.problems = List.copyOf(problems);
    }

    /** Looks for adapters with {@code loader}. What cannot be used becomes one of the {@link #problems}. */
    public static Adapters find(ClassLoader loader) {
        List<AdapterProvider> providers = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Iterator<AdapterProvider> found =
                ServiceLoader.load(AdapterProvider.class, loader).iterator();
        boolean more = true;
        while (more) {
            try {
                more = found.hasNext();
                if (more) {
                    AdapterProvider provider = found.next();
                    Optional<AdapterProvider> twin = in(providers, provider.port(), provider.name());
                    twin.ifPresent(other -> problems.add(new Problem(
                            PLACE,
                            0,
                            provider.port().section() + " adapter '" + provider.name() + "'",
                            "there are two of this name, " + other.getClass().getName() + " in "
                                    + home(other) + " and "
                                    + provider.getClass().getName() + " in " + home(provider)
                                    + "; take one of them off the class path")));
                    if (twin.isEmpty()) {
                        providers.add(provider);
                    }
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                Problem broken = new Problem(PLACE, 0, "", "an adapter cannot be loaded: " + reason(e));
                // Should the iterator not get past the broken entry, it would report the same one for ever.
                more = !problems.contains(broken);
                if (more) {
                    problems.add(broken);
                }
            }
        }
        providers.sort(Comparator.comparing(AdapterProvider::port).thenComparing(AdapterProvider::name));
        return new Adapters(providers, problems);
    }

    /** The adapters by port and name. */
    public List<AdapterProvider> providers() {
        return providers;
    }

    /** What is wrong with the class path: adapters that cannot be loaded, and two of one name. */
    public List<Problem> problems() {
        return problems;
    }

    /** The default of a setting as it would be written in app.conf, for example {@code 60s}. */
    public static Optional<Object> defaultOf(Setting<?> setting) {
        return setting.defaultValue().map(value -> Values.written(setting, value));
    }

    /** These adapters, those that can do so with the connections of {@code source}. */
    Adapters withDataSource(DataSource source) {
        return new Adapters(
                providers.stream()
                        .map(provider ->
                                provider instanceof DataSourceAdapter ? onDataSource(provider, source) : provider)
                        .toList(),
                problems);
    }

    private static AdapterProvider onDataSource(AdapterProvider provider, DataSource source) {
        return new OnDataSource(provider, (DataSourceAdapter) provider, source);
    }

    /** An adapter with the connections of the program. */
    record OnDataSource(AdapterProvider provider, DataSourceAdapter adapter, DataSource source)
            implements AdapterProvider {
        @Override
        public PortType port() {
            return provider.port();
        }

        @Override
        public String name() {
            return provider.name();
        }

        @Override
        public List<Setting<?>> settings() {
            return adapter.settingsWithDataSource();
        }

        @Override
        public Module module(Settings settings) {
            return adapter.module(settings, source);
        }
    }

    /** The class of the provider that the adapter came with. */
    static Class<?> type(AdapterProvider provider) {
        return provider instanceof OnDataSource wrapped ? wrapped.provider().getClass() : provider.getClass();
    }

    Optional<AdapterProvider> find(PortType port, String name) {
        return in(providers, port, name);
    }

    List<AdapterProvider> of(PortType port) {
        return providers.stream().filter(provider -> provider.port() == port).toList();
    }

    List<String> names(PortType port) {
        return of(port).stream().map(AdapterProvider::name).toList();
    }

    private static Optional<AdapterProvider> in(List<AdapterProvider> providers, PortType port, String name) {
        return providers.stream()
                .filter(provider -> provider.port() == port && provider.name().equals(name))
                .findFirst();
    }

    private static String reason(Throwable e) {
        @Nullable Throwable cause = e.getCause();
        String own =
                e instanceof LinkageError ? e + "; is a jar missing that it needs?" : String.valueOf(e.getMessage());
        return cause == null ? own : own + " (" + cause + ")";
    }

    private static String home(AdapterProvider provider) {
        var source = provider.getClass().getProtectionDomain().getCodeSource();
        return source == null ? "an unknown place" : String.valueOf(source.getLocation());
    }
}
