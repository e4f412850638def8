package org.armlib.benchmarks.jdbc;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.armlib.application.StandardRequestManager;
import org.armlib.benchmarks.Report;
import org.armlib.domain.BatchRequest;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;

/**
 * What users call, by how much waits and how much is finished: the mean times of {@code submit} and {@code status} of the
 * request manager, and of the overview that it reads once a second, with {@value #MOST} waiting and as many finished, as
 * ratios to those with {@value #FEW} waiting; and of the manager's submit as a ratio to that of the queue.
 */
final class ManagerDepth {
    private static final int FEW = 10;
    private static final int MOST = 1_000_000;
    private static final int BATCHES = 5;
    private static final int CALLS = 50;
    private static final int WARMUPS = 4;
    private static final int ROUNDS = 9;
    private static final double NANOS_PER_MICRO = 1e3;

    private static final String QUEUE_SUBMIT = "queue.submit";
    private static final String SUBMIT = "manager.submit";
    private static final String STATUS = "manager.status";
    private static final String OVERVIEW = "overview";
    private static final String SHALLOW = "depth10";
    private static final String DEEP = "depth1m";

    private final String name;
    private final Supplier<Store> stores;
    private final Report report;

    /**
     * @param name the first part of the names of the figures
     * @param stores makes empty databases
     */
    ManagerDepth(String name, Supplier<Store> stores, Report report) {
        this.name = name;
        this.stores = stores;
        this.report = report;
    }

    void measure() throws InterruptedException {
        Map<String, Filled> filled = new LinkedHashMap<>();
        try {
            filled.put(SHALLOW, fill(FEW, 0));
            filled.put(DEEP, fill(MOST, MOST));
            Race race = new Race(name + ".manager", report);
            filled.forEach((depth, queue) -> race.enter(depth, queue::calls));
            race.hold(WARMUPS, ROUNDS);
            for (String figure : List.of(SUBMIT, STATUS, OVERVIEW, QUEUE_SUBMIT)) {
                for (String depth : filled.keySet()) {
                    report.figure(name + "." + figure + "." + depth + ".micros", race.median(figure, depth));
                }
                report.figure(name + "." + figure + "." + DEEP + ".ratio", race.ratio(figure, DEEP, SHALLOW));
            }
            report.figure(
                    name + ".manager.submit.ratio.queue",
                    race.median(SUBMIT, SHALLOW) / race.median(QUEUE_SUBMIT, SHALLOW));
            report.figure(
                    name + ".manager.submit.ratio.queue." + DEEP,
                    race.median(SUBMIT, DEEP) / race.median(QUEUE_SUBMIT, DEEP));
        } finally {
            filled.values().forEach(Filled::close);
        }
    }

    private Filled fill(int waiting, int finished) {
        report.progress("filling " + name + ": " + waiting + " waiting, " + finished + " finished");
        Store store = stores.get();
        QueueManager queue = store.openQueue();
        QueueTables tables = new QueueTables(store, "armlib_");
        tables.fill(waiting);
        if (finished > 0) {
            tables.fillFinished(finished);
        }
        store.settle();
        return new Filled(store, queue, tables);
    }

    /** A queue with something in it. */
    private static final class Filled implements AutoCloseable {
        private final Store store;
        private final QueueManager queue;
        private final QueueTables tables;
        private final RequestManager manager;
        private int submitted;

        Filled(Store store, QueueManager queue, QueueTables tables) {
            this.store = store;
            this.queue = queue;
            this.tables = tables;
            this.manager = new StandardRequestManager(queue, new NoCache(), Clock.systemUTC());
        }

        /** The mean of all calls, a few at a time, so that those of before do not make the queue much deeper. */
        Map<String, Double> calls() {
            Map<String, Double> micros = new LinkedHashMap<>();
            for (int i = 0; i < BATCHES; i++) {
                List<BatchRequest> toManager = newRequests();
                List<BatchRequest> toQueue = newRequests();
                add(micros, QUEUE_SUBMIT, toQueue, queue::submit);
                tables.remove(toQueue.stream().map(BatchRequest::key).toList());
                add(micros, SUBMIT, toManager, manager::submit);
                add(micros, STATUS, toManager, request -> manager.status(request.key()));
                tables.remove(toManager.stream().map(BatchRequest::key).toList());
                add(micros, OVERVIEW, List.of(i), round -> queue.overview());
            }
            return micros;
        }

        private static <T> void add(Map<String, Double> micros, String name, List<T> arguments, Consumer<T> call) {
            long start = System.nanoTime();
            arguments.forEach(call);
            double mean = (System.nanoTime() - start) / NANOS_PER_MICRO / arguments.size();
            micros.merge(name, mean / BATCHES, Double::sum);
        }

        private List<BatchRequest> newRequests() {
            return IntStream.range(0, CALLS)
                    .mapToObj(i -> BatchRequest.of("/report/" + submitted++).build())
                    .toList();
        }

        @Override
        public void close() {
            queue.close();
            store.close();
        }
    }
}
