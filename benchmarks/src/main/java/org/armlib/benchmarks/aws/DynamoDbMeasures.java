package org.armlib.benchmarks.aws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.armlib.application.StandardRequestManager;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.DynQueueManager;
import org.armlib.aws.dynamodb.DynQueueSettings;
import org.armlib.aws.dynamodb.server.DynamoDbLocal;
import org.armlib.benchmarks.Report;
import org.armlib.benchmarks.Rounds;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.WorkerId;
import org.armlib.memory.MemCacheManager;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.ports.Usage;

/**
 * What the queue in DynamoDB uses, in the units that are billed, as DynamoDB Local reports them; whether eight servers
 * share its work without doing any of it twice, and how far from the order of submission; and whether a claim, and what
 * users call, takes longer where much waits. With the system property {@code armlib.benchmarks.million} it also fills a
 * queue with 1,000,000 requests, which takes a quarter of an hour.
 */
final class DynamoDbMeasures {
    private static final WorkerId WORKER = new WorkerId("measure-1");
    private static final int LIFECYCLES = 500;
    private static final int CALLS = 100;
    private static final int SUBMITTERS = 8;
    private static final int PROCESSES = 8;
    private static final int REQUESTS = 1_000;
    private static final int WARMUPS = 2;
    private static final int ROUNDS = 15;
    private static final int CLAIMS = 5;
    private static final long LOOK_NANOS = 10_000_000;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double PERCENT = 100;

    private final Report report;

    DynamoDbMeasures(Report report) {
        this.report = report;
    }

    /** Starts a server, measures, and stops it. */
    void measure() throws InterruptedException, IOException {
        try (DynamoDbLocal server = DynamoDbLocal.start()) {
            AwsAccess access = AwsAccess.DEFAULT.inRegion("eu-west-1").at(server.endpoint());
            dispatches(access);
            Map<String, Integer> depths = new LinkedHashMap<>();
            depths.put("depth10", 10);
            depths.put("depth1k", 1_000);
            depths.put("depth100k", 100_000);
            if (Boolean.getBoolean("armlib.benchmarks.million")) {
                depths.put("depth1m", 1_000_000);
            }
            Map<String, DynQueueManager> queues = new LinkedHashMap<>();
            try {
                for (Map.Entry<String, Integer> depth : depths.entrySet()) {
                    DynQueueManager queue = open(access, depth.getKey());
                    queues.put(depth.getKey(), queue);
                    fill(access, depth.getKey(), depth.getValue());
                    lifecycles(queue, depth.getKey());
                }
                try (DynQueueManager queue = open(access, "depth1k")) {
                    calls(access, queue);
                }
                claims(queues);
                new DynamoDbManagers(report, queues).measure();
            } finally {
                queues.values().forEach(DynQueueManager::close);
            }
        }
    }

    static DynQueueManager open(AwsAccess access, String name) {
        return DynQueueManager.open(
                access,
                DynQueueSettings.DEFAULT.withTablePrefix("measure-" + name + "-"),
                RetryPolicy.DEFAULT,
                Clock.systemUTC());
    }

    private void fill(AwsAccess access, String name, int count) throws InterruptedException {
        report.progress("filling: " + count + " waiting");
        int threads = Math.min(SUBMITTERS, count);
        ExecutorService submitters = Executors.newFixedThreadPool(threads);
        try (DynQueueManager queue = open(access, name)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = t;
                done.add(submitters.submit(() -> {
                    for (int i = first; i < count; i += threads) {
                        queue.submit(request("waiting", i));
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            submitters.shutdownNow();
        }
    }

    static BatchRequest request(String kind, int number) {
        return BatchRequest.parse("/report/" + kind + "?year=2024&month=11&format=csv&number=" + number)
                .estimatedTime(Duration.ofSeconds(20))
                .build();
    }

    private void lifecycles(DynQueueManager queue, String depth) throws InterruptedException {
        Units before = Units.of(queue);
        for (int i = 0; i < LIFECYCLES; i++) {
            queue.submit(request("measured", i));
            queue.complete(leaseOne(queue).lease());
        }
        Units used = Units.of(queue).minus(before);
        report.figure("dynamodb.lifecycle.wru." + depth, used.written() / LIFECYCLES);
        report.figure("dynamodb.lifecycle.rru." + depth, used.read() / LIFECYCLES);
        report.figure("dynamodb.upkeep.wru." + depth, used.upkeep() / LIFECYCLES);
        report.figure("dynamodb.lifecycle.dollars.per.million." + depth, used.dollars() / LIFECYCLES);
        queue.usage().stream().map(Usage::priceList).distinct().forEach(list -> report.progress("prices: " + list));
    }

    private void calls(AwsAccess access, DynQueueManager queue) throws InterruptedException {
        Lease lease = leaseOne(queue).lease();
        leaseOne(queue);
        Units before = Units.of(queue);
        for (int i = 0; i < CALLS; i++) {
            queue.renew(lease);
        }
        report.figure("dynamodb.renew.wru", Units.of(queue).minus(before).written() / CALLS);

        RequestKey waiting = request("waiting", 999).key();
        try (DynQueueManager other = open(access, "depth1k")) {
            before = Units.of(other);
            for (int i = 0; i < CALLS; i++) {
                other.find(waiting);
            }
            report.figure("dynamodb.find.rru", Units.of(other).minus(before).read() / CALLS);
            try (CacheManager cache = new MemCacheManager(Clock.systemUTC())) {
                RequestManager manager = new StandardRequestManager(other, cache, Clock.systemUTC());
                before = Units.of(other);
                for (int i = 0; i < CALLS; i++) {
                    manager.status(waiting);
                }
                report.figure(
                        "dynamodb.status.rru", Units.of(other).minus(before).read() / CALLS);
            }
        }
    }

    /** The time of a lease, by what waits: medians of interleaved rounds. */
    private void claims(Map<String, DynQueueManager> queues) throws InterruptedException {
        Rounds rounds = new Rounds();
        for (int round = -WARMUPS; round < ROUNDS; round++) {
            report.progress("round " + round + " of claims");
            for (Map.Entry<String, DynQueueManager> one : queues.entrySet()) {
                double micros = micros(one.getValue());
                if (round >= 0) {
                    rounds.add(one.getKey(), micros);
                }
            }
        }
        for (String depth : queues.keySet()) {
            report.figure("dynamodb.claim." + depth + ".micros", rounds.median(depth));
        }
        report.figure("dynamodb.claim.depth100k.ratio", rounds.ratio("depth100k", "depth10"));
    }

    private static double micros(QueueManager queue) throws InterruptedException {
        double[] micros = new double[CLAIMS];
        List<LeasedRequest> leased = new ArrayList<>();
        for (int i = 0; i < CLAIMS; i++) {
            long start = System.nanoTime();
            leased.add(leaseOne(queue));
            micros[i] = (System.nanoTime() - start) / NANOS_PER_MICRO;
        }
        leased.forEach(one -> queue.release(one.lease()));
        Arrays.sort(micros);
        return micros[CLAIMS / 2];
    }

    private static LeasedRequest leaseOne(QueueManager queue) throws InterruptedException {
        return queue.lease(WORKER, 1, Duration.ofSeconds(10)).get(0);
    }

    /** A thousand requests for eight servers. */
    private void dispatches(AwsAccess access) throws InterruptedException, IOException {
        report.progress(PROCESSES + " servers work through " + REQUESTS + " requests");
        Path folder = Files.createTempDirectory("armlib-dispatches");
        List<String> keys = new ArrayList<>();
        try (DynQueueManager queue = open(access, "dispatches")) {
            queue.suspend();
            for (int i = 0; i < REQUESTS; i++) {
                keys.add(queue.submit(request("shared", i)).submission().key().value());
            }
            List<Process> servers = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                servers.add(start(access, i, folder.resolve("leases-" + i)));
            }
            for (int i = 0; i < PROCESSES; i++) {
                Path begun = folder.resolve("leases-" + i);
                while (!Files.exists(begun) && servers.get(i).isAlive()) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
            queue.resume();
            for (Process server : servers) {
                server.waitFor();
            }
        }
        List<String> dispatches = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            dispatches.addAll(Files.readAllLines(folder.resolve("leases-" + i)));
        }
        Map<String, Long> when = new HashMap<>();
        dispatches.forEach(line -> when.merge(line.split(" ", 2)[1], Long.valueOf(line.split(" ", 2)[0]), Math::min));
        report.figure("dynamodb.dispatches.per.request", (double) dispatches.size() / REQUESTS);
        report.figure("dynamodb.dispatches.missing", (long) (REQUESTS - when.size()));
        report.figure("dynamodb.fifo.inversions.percent", inversions(keys, when));
    }

    private static Process start(AwsAccess access, int number, Path leases) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx200m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DynamoDbWorker.class.getName(),
                        access.endpoint().orElseThrow().toString(),
                        "worker-" + number,
                        leases.toString())
                .inheritIO()
                .start();
    }

    /** The share of pairs of which the later submitted was leased first. */
    private static double inversions(List<String> keys, Map<String, Long> when) {
        long[] times =
                keys.stream().mapToLong(key -> when.getOrDefault(key, 0L)).toArray();
        long inverted = IntStream.range(0, times.length)
                .mapToLong(i -> Arrays.stream(times, i + 1, times.length)
                        .filter(time -> time < times[i])
                        .count())
                .sum();
        return PERCENT * inverted / (times.length * (times.length - 1L) / 2.0);
    }

    /**
     * What a queue has used.
     *
     * @param written write request units
     * @param read read request units
     * @param upkeep write request units of what a server notes every 15 seconds, whatever comes in
     * @param dollars all of it, at the price of a million
     */
    private record Units(double written, double read, double upkeep, double dollars) {
        static Units of(DynQueueManager queue) {
            Map<String, Double> counts = new HashMap<>();
            double dollars = 0;
            for (Usage usage : queue.usage()) {
                counts.put(usage.item(), usage.count());
                dollars += usage.count() * usage.dollarsPerMillion().doubleValue();
            }
            return new Units(
                    counts.getOrDefault("write request units", 0.0),
                    counts.getOrDefault("read request units", 0.0),
                    counts.getOrDefault("write request units of upkeep", 0.0),
                    dollars);
        }

        Units minus(Units before) {
            return new Units(
                    written - before.written, read - before.read, upkeep - before.upkeep, dollars - before.dollars);
        }
    }
}
