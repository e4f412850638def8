package org.armlib.bootstrap.cli;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.armlib.application.JanitorOptions;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.EffectiveSetting;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Completed;
import org.armlib.domain.Failed;
import org.armlib.domain.Failure;
import org.armlib.domain.Manifest;
import org.armlib.domain.Phase;
import org.armlib.domain.Purge;
import org.armlib.domain.Redaction;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Page;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.Submitted;
import org.armlib.spi.PortType;

/** The backends themselves, beside the servers that work with them; runs no request. */
final class LocalTarget implements Target {
    private static final String MEMORY = "memory";
    private static final int PRUNE_BATCH = 1000;

    private final Armlib armlib;
    private final Redaction redaction;

    private LocalTarget(Armlib armlib) {
        this.armlib = armlib;
        this.redaction = armlib.injector().getInstance(Redaction.class);
    }

    /**
     * Opens what {@code main} is configured for.
     *
     * @param used the ports whose content matters: another process must be able to see it
     */
    static LocalTarget open(Main main, List<PortType> used) {
        Armlib.Builder configured = Armlib.builder().appConf(main.config()).asClient();
        List<EffectiveSetting> settings = configured.check();
        used.forEach(port -> requireShared(settings, port));
        try {
            return new LocalTarget(configured.start());
        } catch (QueueException e) {
            throw new UnreachableException(
                    e.getMessage() + "; where a server has this queue open, ask it: --server URL", e.retryable(), e);
        }
    }

    private static void requireShared(List<EffectiveSetting> settings, PortType port) {
        String naming = port.section() + ".adapter";
        settings.stream()
                .filter(setting ->
                        setting.path().equals(naming) && setting.value().equals(MEMORY))
                .findFirst()
                .ifPresent(setting -> {
                    throw new UsageException(setting.source() + ": " + setting + " keeps the " + port.section()
                            + " within the process that runs it, where no other command sees it. Ask that process:"
                            + " --server URL. Or name an adapter that outlives a process, such as "
                            + (port == PortType.QUEUE ? "jdbc" : "file") + ".");
                });
    }

    @Override
    public Taken submit(BatchRequest request) {
        return taken(armlib.requestManager().submit(request));
    }

    @Override
    public Taken resubmit(RequestKey key) {
        return taken(armlib.requestManager().resubmit(key).orElseThrow(() -> new UnknownRequestException(key)));
    }

    @Override
    public RequestView status(RequestKey key, Duration wait) {
        return view(armlib.requestManager().status(key));
    }

    @Override
    public RequestView cancel(RequestKey key) {
        return view(armlib.requestManager().cancel(key));
    }

    @Override
    public Page<RequestView> list(Phase phase, Optional<String> cursor, int limit) {
        Page<Submission> page = armlib.queue().list(phase, cursor, limit);
        return new Page<>(page.items().stream().map(this::listed).toList(), page.next());
    }

    @Override
    public InputStream open(RequestView request, RequestView.Result result) {
        return armlib.requestManager()
                .result(request.key())
                .flatMap(cached -> cached.open(result.name()))
                .orElseThrow(() -> new UnknownRequestException(
                        request.key(), "its result was cleared this moment; submit it again to have it run"));
    }

    @Override
    public Optional<QueueOverview> overview() {
        return Optional.of(armlib.queue().overview());
    }

    @Override
    public void suspend() {
        armlib.queue().suspend();
    }

    @Override
    public void resume() {
        armlib.queue().resume();
    }

    @Override
    public Cleared purge(Purge purge) {
        return armlib.cache().purge(purge);
    }

    @Override
    public long prune(Optional<Duration> age) {
        Duration older = age.orElseGet(
                () -> armlib.injector().getInstance(JanitorOptions.class).retention());
        long requests = 0;
        int pruned;
        do {
            pruned = armlib.queue().prune(older, PRUNE_BATCH);
            requests += pruned;
        } while (pruned == PRUNE_BATCH);
        return requests;
    }

    @Override
    public Page<ResultView> results(CachePolicy area, Optional<String> cursor, int limit) {
        Page<Manifest> page = armlib.cache().list(area, cursor, limit);
        return new Page<>(
                page.items().stream()
                        .map(manifest -> ResultView.of(manifest, redaction))
                        .toList(),
                page.next());
    }

    @Override
    public Consumer<RequestKey> verifier() {
        return key -> armlib.cache()
                .find(key)
                .orElseThrow(() -> new UnknownRequestException(key, "there is no result of it in the cache"))
                .verify();
    }

    @Override
    public void close() {
        armlib.close();
    }

    private Taken taken(Submitted submitted) {
        return new Taken(submitted.how(), view(submitted.status()));
    }

    /** What is finished says all in itself; position and ETA of the others are the manager's to tell. */
    private RequestView listed(Submission submission) {
        if (!submission.phase().isFinished()) {
            BatchStatus status = armlib.requestManager().status(submission.key());
            if (status.status() != BatchStatus.Status.UNKNOWN) {
                return view(status);
            }
        }
        return new RequestView(
                redaction.redact(submission.request()),
                submission.phase(),
                Optional.of(submission.submitted()),
                submission.state() instanceof Completed done ? Optional.of(done.started()) : Optional.empty(),
                submission.state() instanceof RequestState.Finished ended
                        ? Optional.of(ended.finished())
                        : Optional.empty(),
                submission.state().attempts(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                submission.state() instanceof Failed failed
                        ? Optional.of(failed.reason().message())
                        : Optional.empty(),
                OptionalLong.empty(),
                List.of());
    }

    private RequestView view(BatchStatus status) {
        if (status.status() == BatchStatus.Status.UNKNOWN) {
            throw status.failure()
                    .map(failure -> new UnknownRequestException(status.key(), failure.message()))
                    .orElseGet(() -> new UnknownRequestException(status.key()));
        }
        return new RequestView(
                status.result()
                        .map(Manifest::request)
                        .or(status::request)
                        .map(redaction::redact)
                        .orElseThrow(() -> new UnknownRequestException(status.key())),
                Phase.valueOf(status.status().name()),
                status.submitted(),
                status.started(),
                status.finished(),
                status.attempts(),
                status.position(),
                status.eta(),
                status.hold().map(RequestView.Held::of),
                status.progress(),
                status.failure().map(Failure::message),
                status.result()
                        .map(manifest -> OptionalLong.of(manifest.epoch().value()))
                        .orElse(OptionalLong.empty()),
                status.result().map(this::results).orElse(List.of()));
    }

    private List<RequestView.Result> results(Manifest manifest) {
        Optional<CachedResult> cached = armlib.requestManager().result(manifest.key());
        return cached.stream()
                .flatMap(result -> manifest.formats().stream()
                        .map(format -> new RequestView.Result(
                                format.name(),
                                format.mediaType(),
                                format.length(),
                                format.sha256(),
                                result.location(format.name()))))
                .toList();
    }
}
