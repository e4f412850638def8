package org.armlib.benchmarks.jdbc;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.armlib.application.RequestWorker;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.jdbc.JdbcQueueManager;

/** {@link JdbcQueueManager}, and the worker that a program would run on it, with a processor that writes nothing. */
final class ArmlibQueue implements Contender, AutoCloseable {
    private final Store store;
    private final int threads;
    private final JdbcQueueManager queue;
    private Optional<RequestWorker> worker = Optional.empty();

    /** @param threads how many execute */
    ArmlibQueue(Store store, int threads) {
        this.store = store;
        this.threads = threads;
        this.queue = store.openQueue();
    }

    @Override
    public void clear() {
        store.execute("TRUNCATE TABLE armlib_live");
        store.execute("TRUNCATE TABLE armlib_finished");
    }

    @Override
    public void submit(String key) {
        queue.submit(request(key));
    }

    @Override
    public void submitAll(List<String> keys) {
        queue.submitAll(keys.stream().map(ArmlibQueue::request).toList());
    }

    @Override
    public void start(Consumer<String> work) {
        RequestWorker started = new RequestWorker(
                queue,
                new NoCache(),
                job -> {
                    work.accept(job.request().key().value());
                    job.format("txt", "text/plain").close();
                },
                WorkerOptions.of("benchmark", threads, RetryPolicy.DEFAULT),
                Clock.systemUTC());
        started.start();
        worker = Optional.of(started);
    }

    @Override
    public void stop() {
        worker.ifPresent(RequestWorker::close);
    }

    @Override
    public boolean isDrained() {
        return isEmpty(Phase.PENDING) && isEmpty(Phase.IN_PROGRESS);
    }

    private boolean isEmpty(Phase phase) {
        return queue.list(phase, Optional.empty(), 1).items().isEmpty();
    }

    private static BatchRequest request(String key) {
        return BatchRequest.of("/report").key(new RequestKey(key)).build();
    }

    @Override
    public void close() {
        queue.close();
    }
}
