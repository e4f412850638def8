package org.armlib.bootstrap;

import com.google.inject.Module;
import com.google.inject.Singleton;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Cleared;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestProcessor;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.SchemaSource;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** Adapters that take every kind of setting and do nothing. */
final class TestAdapters {
    static final List<String> ALL =
            List.of(Acme.class.getName(), Paper.class.getName(), Shelf.class.getName(), Echo.class.getName());

    private TestAdapters() {}

    /** A port that does nothing and notes when it is closed. */
    static <T> T port(Class<T> type, String name, List<String> events) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getName().equals("close")) {
                events.add("closed " + name);
                return null;
            }
            if (method.getName().equals("equals")) {
                return self == args[0];
            }
            if (method.getName().equals("hashCode")) {
                return System.identityHashCode(self);
            }
            if (method.getReturnType() == Cleared.class) {
                return new Cleared(0, 0);
            }
            return method.getReturnType() == int.class ? 0 : null;
        }));
    }

    private static <T> Module module(Class<T> type) {
        return binder -> binder.bind(type)
                .toProvider(() -> port(type, type.getSimpleName(), new CopyOnWriteArrayList<>()))
                .in(Singleton.class);
    }

    public static final class Acme implements AdapterProvider, SchemaSource {
        static final Setting<String> URL = Setting.text("url", "where it is").required();
        static final Setting<String> PASSWORD =
                Setting.text("password", "to get in").secret();
        static final Setting<Integer> PIN =
                Setting.integer("pin", "to get in", 1000, 9999).secret();

        @Override
        public PortType port() {
            return PortType.QUEUE;
        }

        @Override
        public String name() {
            return "acme";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(
                    URL,
                    PASSWORD,
                    PIN,
                    Setting.size("buffer", "how much it holds", 1, 1L << 40).withDefault(1L << 20),
                    Setting.texts("hosts", "who takes part"),
                    Setting.flag("eager", "whether it hurries").withDefault(false),
                    Setting.duration("retention", "how long it remembers", Duration.ZERO, Duration.ofDays(9999)));
        }

        @Override
        public Module module(Settings settings) {
            String url = settings.get(URL);
            if (url.startsWith("ftp:")) {
                throw new InvalidSettingException("url", "'" + url + "' is not an address of acme");
            }
            settings.find(PASSWORD)
                    .filter(given -> given.equals("guessable") || given.length() < 3)
                    .ifPresent(password -> {
                        throw new InvalidSettingException("password", "'" + password + "' is too short");
                    });
            if (url.equals("broken")) {
                return binder -> binder.bind(QueueManager.class)
                        .toProvider(() -> {
                            throw new QueueException("acme does not answer", true);
                        })
                        .in(Singleton.class);
            }
            return TestAdapters.module(QueueManager.class);
        }

        @Override
        public String schema(Settings settings) {
            if (settings.get(URL).equals("anywhere")) {
                throw new InvalidSettingException("url", "'anywhere' does not say which database it is");
            }
            settings.find(PASSWORD).filter("tables"::equals).ifPresent(password -> {
                throw new InvalidSettingException("password", "'" + password + "' gives no access to tables");
            });
            return "CREATE TABLE acme_at_" + settings.get(URL) + " (id BIGINT);\n";
        }
    }

    public static final class Paper implements AdapterProvider {
        @Override
        public PortType port() {
            return PortType.QUEUE;
        }

        @Override
        public String name() {
            return "paper";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(Setting.text("colour", "of the paper"));
        }

        @Override
        public Module module(Settings settings) {
            return TestAdapters.module(QueueManager.class);
        }
    }

    public static final class Shelf implements AdapterProvider, SchemaSource {
        @Override
        public PortType port() {
            return PortType.CACHE;
        }

        @Override
        public String name() {
            return "shelf";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Module module(Settings settings) {
            return TestAdapters.module(CacheManager.class);
        }

        @Override
        public String schema(Settings settings) {
            return "CREATE TABLE shelf (id BIGINT);\n";
        }
    }

    public static final class Echo implements AdapterProvider {
        @Override
        public PortType port() {
            return PortType.PROCESSOR;
        }

        @Override
        public String name() {
            return "echo";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Module module(Settings settings) {
            return TestAdapters.module(RequestProcessor.class);
        }
    }

    public static final class SecondPaper implements AdapterProvider {
        @Override
        public PortType port() {
            return PortType.QUEUE;
        }

        @Override
        public String name() {
            return "paper";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Module module(Settings settings) {
            return TestAdapters.module(QueueManager.class);
        }
    }

    public static final class Failing implements AdapterProvider {
        public Failing() {
            throw new QueueException("no licence", false);
        }

        @Override
        public PortType port() {
            return PortType.QUEUE;
        }

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of();
        }

        @Override
        public Module module(Settings settings) {
            return TestAdapters.module(QueueManager.class);
        }
    }
}
