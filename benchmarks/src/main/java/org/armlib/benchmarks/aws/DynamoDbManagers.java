package org.armlib.benchmarks.aws;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.armlib.application.StandardRequestManager;
import org.armlib.aws.dynamodb.DynQueueManager;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;
import org.armlib.domain.BatchRequest;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.CacheManager;
import org.armlib.ports.RequestManager;

/**
 * What users call, by how much waits: the mean times of {@code submit} and {@code status} of the request manager, and of the
 * submit of the queue alone; medians of interleaved rounds.
 */
final class DynamoDbManagers {
    private static final int CALLS = 50;
    private static final int WARMUPS = 3;
    private static final int ROUNDS = 9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final String SHALLOW = "depth10";
    private static final List<String> FIGURES = List.of("manager.submit", "manager.status", "queue.submit");

    private final Report report;
    private final Map<String, DynQueueManager> queues;
    private int submitted;

    DynamoDbManagers(Report report, Map<String, DynQueueManager> queues) {
        this.report = report;
        this.queues = queues;
    }

    void measure() {
        Rounds rounds = new Rounds();
        try (CacheManager cache = new MemCacheManager(Clock.systemUTC())) {
            for (int round = -WARMUPS; round < ROUNDS; round++) {
                report.progress("round " + round + " of calls of the request manager");
                for (Map.Entry<String, DynQueueManager> one : queues.entrySet()) {
                    Map<String, Double> micros = micros(one.getValue(), cache);
                    if (round >= 0) {
                        micros.forEach((figure, value) -> rounds.add(figure + "." + one.getKey(), value));
                    }
                }
            }
        }
        for (String figure : FIGURES) {
            for (String depth : queues.keySet()) {
                String name = figure + "." + depth;
                report.figure("dynamodb." + name + ".micros", rounds.median(name));
                if (!depth.equals(SHALLOW)) {
                    report.figure("dynamodb." + name + ".ratio", rounds.ratio(name, figure + "." + SHALLOW));
                }
            }
        }
        report.figure(
                "dynamodb.manager.submit.ratio.queue",
                rounds.ratio("manager.submit." + SHALLOW, "queue.submit." + SHALLOW));
    }

    private Map<String, Double> micros(DynQueueManager queue, CacheManager cache) {
        RequestManager manager = new StandardRequestManager(queue, cache, Clock.systemUTC());
        List<BatchRequest> toManager = newRequests();
        List<BatchRequest> toQueue = newRequests();
        Map<String, Double> micros = new LinkedHashMap<>();
        micros.put("queue.submit", mean(toQueue, queue::submit));
        toQueue.forEach(request -> queue.cancel(request.key()));
        micros.put("manager.submit", mean(toManager, manager::submit));
        micros.put("manager.status", mean(toManager, request -> manager.status(request.key())));
        toManager.forEach(request -> queue.cancel(request.key()));
        return micros;
    }

    private static double mean(List<BatchRequest> requests, Consumer<BatchRequest> call) {
        long start = System.nanoTime();
        requests.forEach(call);
        return (System.nanoTime() - start) / NANOS_PER_MICRO / requests.size();
    }

    private List<BatchRequest> newRequests() {
        return IntStream.range(0, CALLS)
                .mapToObj(i -> DynamoDbMeasures.request("manager", submitted++))
                .toList();
    }
}
