package org.armlib.bootstrap;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.spi.Elements;
import com.google.inject.spi.Message;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.armlib.application.CacheJanitor;
import org.armlib.application.HealthCheck;
import org.armlib.application.RequestWorker;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.ArmlibException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Health;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestListener;
import org.armlib.ports.RequestManager;
import org.armlib.ports.RequestProcessor;
import org.armlib.spi.Instrumentation;
import org.armlib.spi.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running armlib: queue, cache, and where so configured a worker that runs the requests.
 *
 * <pre>{@code
 * try (Armlib armlib = Armlib.start(Path.of("app.conf"))) {
 *     armlib.requestManager().submit(BatchRequest.parse("/report?year=2026").build());
 * }
 * }</pre>
 *
 * <p>A program that runs the requests itself, or brings adapters of its own, begins with {@link #builder}. Any number of
 * instances may run in one process. Safe for use by many threads.
 */
public final class Armlib implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Armlib.class);

    private final Injector injector;
    private final Closer closer;
    private final Optional<URI> address;

    private Armlib(Injector injector, Closer closer, Optional<URI> address) {
        this.injector = injector;
        this.closer = closer;
        this.address = address;
    }

    /**
     * Starts what an app.conf describes.
     *
     * @throws ConfigurationException if the file cannot work; nothing was opened then
     * @throws ArmlibException if an adapter cannot be opened; the others are closed then
     */
    public static Armlib start(Path appConf) {
        return builder().appConf(appConf).start();
    }

    /** Begins with nothing configured. */
    public static Builder builder() {
        return new Builder();
    }

    /** Takes requests, tells their status and hands out their results. */
    public RequestManager requestManager() {
        return injector.getInstance(RequestManager.class);
    }

    /** The queue. */
    public QueueManager queue() {
        return injector.getInstance(QueueManager.class);
    }

    /** The cache. */
    public CacheManager cache() {
        return injector.getInstance(CacheManager.class);
    }

    /** Checks what works and why the rest does not; takes up to five seconds. */
    public Health health() {
        return injector.getInstance(HealthCheck.class).check();
    }

    /** Where the server takes requests, if {@link Builder#serve} asked for one. */
    public Optional<URI> address() {
        return address;
    }

    /** Everything else that was bound, by {@link Builder#install} for example. */
    public Injector injector() {
        return injector;
    }

    /**
     * Stops: the server takes no further requests and answers those under way, then the worker lets running requests
     * finish for as long as {@code worker.grace} says and gives the rest back, then the janitor, the cache and the queue
     * are closed. What the program brought as an instance stays open. Repeated, it does nothing; a call at the same time, by a
     * shutdown hook for example, returns when the first one has closed everything.
     *
     * @throws ShutdownException if something could not be closed; the rest was
     */
    @Override
    public void close() {
        closer.close();
    }

    /** Gathers what to start. Not thread-safe. */
    public static final class Builder {
        private final List<Module> extras = new ArrayList<>();
        private ConfSource source = ConfSource.of("");
        private Clock clock = Clock.system(ZoneId.systemDefault());
        private ClassLoader loader = Armlib.class.getClassLoader();
        private final Map<String, Object> set = new LinkedHashMap<>();
        private Optional<DataSource> dataSource = Optional.empty();
        private boolean measured;
        private boolean client;
        private boolean serving;

        private Builder() {}

        /** Configures from a file. */
        public Builder appConf(Path file) {
            this.source = ConfSource.of(file);
            return this;
        }

        /** Configures from the text of an app.conf; files it includes are found from the working directory. */
        public Builder appConf(String text) {
            this.source = ConfSource.of(text);
            return this;
        }

        /** Runs the requests with {@code processor}, in place of one named in app.conf. It is not closed. */
        public Builder processor(RequestProcessor processor) {
            Objects.requireNonNull(processor);
            return install(binder -> binder.bind(RequestProcessor.class).toInstance(processor));
        }

        /** Adds bindings. A port that they bind is not named in app.conf. */
        public Builder install(Module module) {
            extras.add(Objects.requireNonNull(module));
            return this;
        }

        /**
         * Sets one setting, in place of what the app.conf says.
         *
         * @param path the section and the name, for example {@code worker.threads}
         * @param value a text as in app.conf, a number, a boolean, a {@link Duration}, or a list of these
         */
        public Builder set(String path, Object value) {
            set.put(Objects.requireNonNull(path), Objects.requireNonNull(value));
            return this;
        }

        /**
         * Keeps the queue in the database of {@code source}, which the program itself closes: {@code queue.adapter} is
         * {@code jdbc} then, and the settings that say how to connect are not given.
         */
        public Builder dataSource(DataSource source) {
            this.dataSource = Optional.of(source);
            return this;
        }

        /**
         * Measures into {@code registry}, which the program itself closes; the meters are removed by {@link Armlib#close}.
         * Needs {@code armlib-adapters-http} on the class path.
         */
        public Builder meterRegistry(MeterRegistry registry) {
            Objects.requireNonNull(registry);
            this.measured = true;
            return install(binder -> OptionalBinder.newOptionalBinder(binder, MeterRegistry.class)
                    .setBinding()
                    .toInstance(registry));
        }

        /** Has {@code listener} told what becomes of requests in this process. It is not closed. */
        public Builder listener(RequestListener listener) {
            Objects.requireNonNull(listener);
            return install(binder -> Multibinder.newSetBinder(binder, RequestListener.class)
                    .addBinding()
                    .toInstance(listener));
        }

        /** Takes the time, and the default of {@code cache.zone}, from {@code newClock}; the system's unless called. */
        public Builder clock(Clock newClock) {
            this.clock = Objects.requireNonNull(newClock);
            return this;
        }

        /** Looks for adapters named in app.conf with {@code newLoader}; the one that loaded this class unless called. */
        public Builder classLoader(ClassLoader newLoader) {
            this.loader = Objects.requireNonNull(newLoader);
            return this;
        }

        /** Runs no requests and clears nothing here, whatever is configured: for tools beside the servers. */
        public Builder asClient() {
            this.client = true;
            return this;
        }

        /**
         * Takes requests from outside, by the server that the section {@code server} of app.conf describes. Without this
         * that section is checked and otherwise passed over.
         */
        public Builder serve() {
            this.serving = true;
            return this;
        }

        /**
         * Checks everything that can be checked without opening anything.
         *
         * @return the settings as they would take effect, secrets masked
         * @throws ConfigurationException if there is anything to report
         */
        public List<EffectiveSetting> check() {
            Module extra = extra();
            Composition composition = compose(checker(extra).withLibraries());
            try {
                Guice.createInjector(Stage.TOOL, modules(composition, extra, new Closer(Duration.ZERO)));
            } catch (CreationException e) {
                throw wiring(e);
            }
            return composition.settings();
        }

        /**
         * The schemas that the adapters named need, of those that have one; opens nothing.
         *
         * @return in the order of the ports, queue first
         * @throws ConfigurationException if the configuration cannot work, or says too little
         */
        public List<AdapterSchema> schemas() {
            Checker checker = checker(extra());
            return checker.schemas(checker.check(WorkerOptions.uniqueName()));
        }

        /**
         * Starts.
         *
         * @throws ConfigurationException if the configuration cannot work; nothing was opened then
         * @throws ArmlibException if an adapter cannot be opened; the others are closed then
         */
        public Armlib start() {
            Module extra = extra();
            Composition composition = compose(checker(extra));
            Closer closer = new Closer(composition.longestClose());
            try {
                Injector injector = Guice.createInjector(Stage.PRODUCTION, modules(composition, extra, closer));
                closer.complete();
                log(composition);
                // First, as its port may be in use: nothing has been leased or cleared then.
                Optional<URI> address =
                        serving ? Optional.of(injector.getInstance(Server.class).start()) : Optional.empty();
                if (!client) {
                    injector.getInstance(CacheJanitor.class).start();
                }
                if (composition.worker().isPresent()) {
                    injector.getInstance(RequestWorker.class).start();
                }
                return new Armlib(injector, closer, address);
            } catch (CreationException e) {
                throw closedBefore(openingFailure(e), closer);
            } catch (ArmlibException e) {
                throw closedBefore(e, closer);
            } catch (LinkageError e) {
                closer.close();
                // Which library it is.
                check();
                throw e;
            }
        }

        private Composition compose(Checker checker) {
            Composition composition = checker.check(WorkerOptions.uniqueName());
            if (dataSource.isPresent() && composition.adapters().stream().noneMatch(ChosenAdapter::isOnDataSource)) {
                throw problem("queue.adapter", "takes no DataSource, and the program passes one; name jdbc, or none");
            }
            return client ? composition.withoutWorker() : composition;
        }

        private Checker checker(Module extra) {
            Adapters found = Adapters.find(loader);
            Adapters adapters = dataSource.map(found::withDataSource).orElse(found);
            Map<String, Object> behind = dataSource.isPresent() ? Map.of("queue.adapter", "jdbc") : Map.of();
            return new Checker(source.with(set, behind), adapters, BoundPorts.of(extra), serving, clock.getZone());
        }

        private ConfigurationException problem(String path, String message) {
            return new ConfigurationException(List.of(new Problem(source.name(), 0, path, message)));
        }

        private List<Module> modules(Composition composition, Module extra, Closer closer) {
            List<Module> modules = new ArrayList<>();
            modules.add(new CoreModule(clock, composition.retryPolicy(), composition.redaction(), closer));
            composition.adapters().forEach(adapter -> modules.add(adapter.module()));
            modules.add(extra);
            modules.add(new ApplicationModule(composition.janitor()));
            composition.worker().map(WorkerModule::new).ifPresent(modules::add);
            composition
                    .server()
                    .filter(chosen -> serving)
                    .map(ChosenAdapter::module)
                    .ifPresent(modules::add);
            return modules;
        }

        private Module extra() {
            List<Module> modules = new ArrayList<>(extras);
            if (measured) {
                List<Instrumentation> found = ServiceLoader.load(Instrumentation.class, loader).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
                if (found.isEmpty()) {
                    throw problem(
                            "",
                            "the program passes a meter registry, and nothing on the class path measures; add"
                                    + " armlib-adapters-http");
                }
                modules.addAll(found);
            }
            return Elements.getModule(Elements.getElements(modules));
        }

        private void log(Composition composition) {
            LOG.info(
                    "starting with {}:\n{}",
                    source.name(),
                    composition.settings().stream()
                            .map(setting -> "  " + setting + "  # " + setting.source())
                            .collect(Collectors.joining("\n")));
        }

        private ConfigurationException wiring(CreationException e) {
            ConfigurationException wiring = new ConfigurationException(e.getErrorMessages().stream()
                    .map(message -> new Problem(source.name(), 0, "", "cannot be wired: " + message.getMessage()))
                    .toList());
            wiring.initCause(e);
            return wiring;
        }

        /** An adapter's own words, where it was its constructor that failed; Guice's otherwise. */
        private ArmlibException openingFailure(CreationException e) {
            return e.getErrorMessages().stream()
                    .map(Message::getCause)
                    .filter(ArmlibException.class::isInstance)
                    .map(ArmlibException.class::cast)
                    .findFirst()
                    .orElseGet(() -> wiring(e));
        }

        private static ArmlibException closedBefore(ArmlibException failure, Closer closer) {
            try {
                closer.close();
            } catch (ShutdownException e) {
                failure.addSuppressed(e);
            }
            return failure;
        }
    }
}
