package org.armlib.bootstrap;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.armlib.application.JanitorOptions;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.Backoff;
import org.armlib.domain.Redaction;
import org.armlib.domain.RetryPolicy;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.SchemaSource;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** Checks an app.conf against the adapters there are, and reports everything that is wrong with it at once. */
final class Checker {
    private static final String USUAL_SERVER = "http";

    private final ConfSource source;
    private final Adapters adapters;
    private final Set<PortType> bound;
    private final boolean serving;
    private final CoreSettings core;
    private final Problems problems;
    private final Map<Section, SectionReader> readers = new EnumMap<>(Section.class);
    private final List<EffectiveSetting> effective = new ArrayList<>();
    private boolean libraries;

    /**
     * A checker of one file.
     *
     * @param bound the ports that the embedding program binds itself
     * @param serving whether a server is needed even if the file says nothing of it
     * @param here the time zone of this place
     */
    Checker(ConfSource source, Adapters adapters, Set<PortType> bound, boolean serving, ZoneId here) {
        this.source = source;
        this.adapters = adapters;
        this.bound = bound;
        this.serving = serving;
        this.core = new CoreSettings(here);
        this.problems = new Problems(source.name());
    }

    /** Makes it look for the libraries of the adapters, too: that loads many classes, which takes a moment. */
    Checker withLibraries() {
        libraries = true;
        return this;
    }

    /** @throws ConfigurationException if anything is wrong */
    Composition check(String workerName) {
        adapters.problems().forEach(problems::add);
        Optional<Config> read = source.read(problems);
        if (read.isEmpty()) {
            problems.throwIfAny();
        }
        Config config = read.orElseGet(ConfigFactory::empty);
        refuseUnknownSections(config);
        for (Section section : Section.values()) {
            readers.put(section, new SectionReader(section, config, problems));
        }
        List<ChosenAdapter> chosen = new ArrayList<>();
        for (PortType port : List.of(PortType.QUEUE, PortType.CACHE, PortType.PROCESSOR)) {
            chooseAdapter(port, naming()).ifPresent(chosen::add);
        }
        Optional<RetryPolicy> retryPolicy = retryPolicy();
        Optional<JanitorOptions> janitor = janitor();
        Optional<List<String>> secretParameters = reader(Section.QUEUE).read(core.secretParameters);
        Optional<Integer> threads = worker().read(core.threads);
        Optional<Duration> grace = worker().read(core.grace);
        Optional<Duration> maxHold = worker().read(core.maxHold);
        worker().refuseUnknown(names(core.of(Section.WORKER)), Map.of());
        Optional<ChosenAdapter> server = chooseServer(config);
        readers.values().forEach(reader -> effective.addAll(reader.effective()));
        problems.throwIfAny();
        // Every value that is absent has a problem to its name, so that all are here.
        RetryPolicy policy = retryPolicy.orElseThrow();
        WorkerOptions usual = WorkerOptions.of(workerName, Math.max(1, threads.orElseThrow()), policy);
        Optional<WorkerOptions> worker = threads.orElseThrow() == 0
                ? Optional.empty()
                : Optional.of(new WorkerOptions(
                        usual.name(),
                        usual.threads(),
                        grace.orElseThrow(),
                        usual.abandonGrace(),
                        policy,
                        usual.outageBackoff(),
                        maxHold.orElseThrow()));
        return new Composition(
                chosen,
                policy,
                Redaction.of(secretParameters.orElseThrow()),
                janitor.orElseThrow(),
                worker,
                server,
                List.copyOf(effective));
    }

    /**
     * The schemas of adapters that this checker found to be in order.
     *
     * @throws ConfigurationException if the settings of one say too little
     */
    List<AdapterSchema> schemas(Composition composition) {
        List<AdapterSchema> schemas = new ArrayList<>();
        for (ChosenAdapter adapter : composition.adapters()) {
            AdapterProvider provider = adapter.provider();
            if (provider instanceof SchemaSource source) {
                asked(provider, () -> source.schema(adapter.settings()))
                        .map(statements -> new AdapterSchema(provider.port(), provider.name(), statements))
                        .ifPresent(schemas::add);
            }
        }
        problems.throwIfAny();
        return schemas;
    }

    private void refuseUnknownSections(Config config) {
        for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
            if (!Section.keys().contains(entry.getKey())) {
                problems.add(
                        entry.getValue().origin(),
                        entry.getKey(),
                        "unknown section" + NearMiss.hint(entry.getKey(), Section.keys()));
            }
        }
    }

    /** A file may do without a server; one that has something to say of it need not say which. */
    private Optional<ChosenAdapter> chooseServer(Config config) {
        boolean mentioned = config.root().containsKey(Section.SERVER.key());
        boolean isBound = bound.contains(PortType.SERVER);
        return mentioned || (serving && !isBound)
                ? chooseAdapter(PortType.SERVER, isBound ? naming() : naming().withDefault(USUAL_SERVER))
                : Optional.empty();
    }

    private static Setting<String> naming() {
        return Setting.text("adapter", "the name of the adapter");
    }

    private Optional<ChosenAdapter> chooseAdapter(PortType port, Setting<String> naming) {
        Section section = section(port);
        SectionReader reader = reader(section);
        List<String> names = adapters.names(port);
        Optional<String> name = reader.read(naming);
        Optional<AdapterProvider> chosen = name.flatMap(given -> adapters.find(port, given));
        Set<String> known = new LinkedHashSet<>();
        known.add(naming.name());
        known.addAll(names(core.of(section)));
        if (chosen.isPresent()) {
            known.addAll(names(chosen.get().settings()));
            reader.refuseUnknown(known, settingsOfOthers(port));
            if (bound.contains(port)) {
                reader.problem(
                        naming.name(),
                        "'" + name.get() + "' is named here, but the program binds " + ownPort(port)
                                + "; take one of them away");
            }
            return configure(chosen.get(), reader);
        }
        if (bound.contains(port) && name.isEmpty()) {
            reader.refuseUnknown(
                    known,
                    settingsOfOthers(port),
                    adapter -> "is a setting of adapter " + adapter + ", but the program binds " + ownPort(port)
                            + ", which does not read it; set it in the program, and remove it here");
            return Optional.empty();
        }
        // Without an adapter any adapter's settings may be meant.
        known.addAll(settingsOfOthers(port).keySet());
        reader.refuseUnknown(known, Map.of());
        if (name.isPresent()) {
            reader.problem(
                    naming.name(),
                    "'" + name.get() + "' is no adapter on the class path"
                            + NearMiss.of(name.get(), names)
                                    .map(near -> ", did you mean " + near + "?")
                                    .orElse("")
                            + (names.isEmpty()
                                    ? "; there is none for the " + section.key()
                                    : "; allowed: " + String.join(", ", names)));
        } else if (!bound.contains(port) && !reader.isRefused(naming.name())) {
            missing(port, reader, naming.name(), names);
        }
        return Optional.empty();
    }

    private static String ownPort(PortType port) {
        return "a " + port.port().getSimpleName() + " of its own";
    }

    private void missing(PortType port, SectionReader reader, String key, List<String> names) {
        String onClassPath =
                names.isEmpty() ? "there is none on the class path" : "on the class path: " + String.join(", ", names);
        if (port != PortType.PROCESSOR) {
            reader.problem(key, "is missing; name the adapter of the " + port.section() + "; " + onClassPath);
        } else if (worker().read(core.threads).orElse(0) > 0) {
            reader.problem(
                    key,
                    "is missing, but worker.threads is "
                            + worker().read(core.threads).orElseThrow()
                            + ": name what runs the requests (" + onClassPath
                            + ") or give Armlib.builder() a processor; or set worker.threads = 0 to run none here");
        }
    }

    private Optional<ChosenAdapter> configure(AdapterProvider provider, SectionReader reader) {
        Section section = section(provider.port());
        Settings settings = reader.readAll(provider.name(), provider.settings(), core.of(section));
        List<Setting<?>> refused = provider.settings().stream()
                .filter(setting -> reader.isRefused(setting.name()))
                .toList();
        if (refused.stream().anyMatch(Setting::isRequired)) {
            return Optional.empty();
        }
        Optional<String> lacking = libraries ? MissingLibraries.of(Adapters.type(provider)) : Optional.empty();
        if (lacking.isPresent()) {
            reader.problem("adapter", "'" + provider.name() + "' cannot be used: " + lacking.get());
            return Optional.empty();
        }
        Optional<ChosenAdapter> chosen = asked(provider, () -> provider.module(settings))
                .map(module -> new ChosenAdapter(provider, settings, module));
        return refused.isEmpty() ? chosen : Optional.empty();
    }

    /** What a provider answers, or empty if it finds its settings wrong, which is a problem then. */
    private <T> Optional<T> asked(AdapterProvider provider, Supplier<T> question) {
        SectionReader reader = reader(section(provider.port()));
        try {
            return Optional.of(question.get());
        } catch (InvalidSettingException e) {
            String told = String.valueOf(e.getMessage());
            String message = provider.settings().stream()
                    .filter(setting -> setting.name().equals(e.setting()))
                    .findFirst()
                    .map(setting -> reader.masked(setting, told))
                    .orElse(told);
            if (!reader.isRefused(e.setting())) {
                reader.problem(e.setting(), message);
            }
        } catch (ArmlibException e) {
            reader.problem("adapter", "'" + provider.name() + "' cannot be used: " + e.getMessage());
        } catch (LinkageError e) {
            reader.problem(
                    "adapter", "'" + provider.name() + "' cannot be used: " + e + "; is a jar missing that it needs?");
        }
        return Optional.empty();
    }

    private Optional<RetryPolicy> retryPolicy() {
        SectionReader queue = reader(Section.QUEUE);
        Optional<Integer> attempts = queue.read(core.maxAttempts);
        Optional<Duration> initial = queue.read(core.backoffInitial);
        Optional<Double> factor = queue.read(core.backoffFactor);
        Optional<Duration> max = queue.read(core.backoffMax);
        Optional<Double> jitter = queue.read(core.backoffJitter);
        Optional<Duration> visibility = queue.read(core.visibilityTimeout);
        if (initial.isPresent() && max.isPresent() && max.get().compareTo(initial.get()) < 0) {
            queue.problem(
                    core.backoffMax.name(),
                    "'" + Values.written(core.backoffMax, max.get()) + "' is shorter than backoff-initial, which is "
                            + Values.written(core.backoffInitial, initial.get()));
            return Optional.empty();
        }
        return attempts.isEmpty()
                        || initial.isEmpty()
                        || factor.isEmpty()
                        || max.isEmpty()
                        || jitter.isEmpty()
                        || visibility.isEmpty()
                ? Optional.empty()
                : Optional.of(new RetryPolicy(
                        attempts.get(),
                        new Backoff(initial.get(), factor.get(), max.get(), jitter.get()),
                        visibility.get()));
    }

    private Optional<JanitorOptions> janitor() {
        Optional<Duration> retention = reader(Section.QUEUE).read(core.retention);
        SectionReader cache = reader(Section.CACHE);
        var clear = cache.read(core.temporaryClear);
        var zone = cache.read(core.zone);
        var minAge = cache.read(core.temporaryMinAge);
        var orphans = cache.read(core.orphansAfter);
        return retention.isEmpty() || clear.isEmpty() || zone.isEmpty() || minAge.isEmpty() || orphans.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new JanitorOptions(clear.get(), zone.get(), minAge.get(), orphans.get(), retention.get()));
    }

    /** Setting to adapter, of all adapters of a port. */
    private Map<String, String> settingsOfOthers(PortType port) {
        Map<String, String> settings = new LinkedHashMap<>();
        adapters.of(port)
                .forEach(provider -> provider.settings()
                        .forEach(setting -> settings.merge(setting.name(), provider.name(), (a, b) -> a + ", " + b)));
        return settings;
    }

    private SectionReader worker() {
        return reader(Section.WORKER);
    }

    private SectionReader reader(Section section) {
        return Objects.requireNonNull(readers.get(section));
    }

    private static Section section(PortType port) {
        return switch (port) {
            case QUEUE -> Section.QUEUE;
            case CACHE -> Section.CACHE;
            case PROCESSOR -> Section.PROCESSOR;
            case SERVER -> Section.SERVER;
        };
    }

    private static List<String> names(List<Setting<?>> settings) {
        return settings.stream().<String>map(Setting::name).toList();
    }
}
