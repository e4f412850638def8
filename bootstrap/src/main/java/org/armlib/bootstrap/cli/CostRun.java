package org.armlib.bootstrap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.WorkerId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Metered;
import org.armlib.ports.QueueManager;
import org.armlib.ports.ResultWriter;
import org.armlib.ports.Usage;

/** Takes requests through their lifecycle one by one, and sees after each step what the adapters have used. */
final class CostRun {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FORMAT = "txt";

    private final Armlib armlib;
    private final List<Metered> meters;
    private final byte[] result;
    private final WorkerId worker;
    private final Map<Step, Map<String, Double>> used = new EnumMap<>(Step.class);
    private int requests;

    /** What a request goes through, in this order. */
    enum Step {
        SUBMIT("submit", true),
        LEASE("lease", true),
        HEARTBEAT("heartbeat", false),
        STATUS("status", false),
        FIND("find result", true),
        PUBLISH("publish", true),
        COMPLETE("complete", true),
        READ("read result", false);

        private final String label;
        private final boolean needed;

        Step(String label, boolean needed) {
            this.label = label;
            this.needed = needed;
        }

        String label() {
            return label;
        }

        /** Whether every request goes through it, once. */
        boolean needed() {
            return needed;
        }
    }

    /** A run with results of {@code size} bytes. */
    CostRun(Armlib armlib, int size) {
        this.armlib = armlib;
        this.result = new byte[size];
        this.worker = new WorkerId("cost-" + UUID.randomUUID());
        this.meters = Stream.of(armlib.queue(), armlib.cache())
                .filter(Metered.class::isInstance)
                .map(Metered.class::cast)
                .toList();
    }

    /** Whether anything here is paid for. */
    boolean isMetered() {
        return !meters.isEmpty();
    }

    /** The items, with their prices; the counts are of all this process did. */
    List<Usage> items() {
        return meters.stream().flatMap(meter -> meter.usage().stream()).toList();
    }

    /** One request more. */
    void lifecycle() throws InterruptedException {
        QueueManager queue = armlib.queue();
        CacheManager cache = armlib.cache();
        RequestKey key = new RequestKey("cost-" + UUID.randomUUID());
        BatchRequest request = BatchRequest.of("/cost").key(key).build();

        step(Step.SUBMIT, () -> armlib.requestManager().submit(request));
        List<LeasedRequest> leased = new ArrayList<>();
        step(Step.LEASE, () -> leased.addAll(queue.lease(worker, 1, PATIENCE)));
        if (leased.size() != 1 || !leased.get(0).lease().key().equals(key)) {
            leased.forEach(other -> queue.release(other.lease()));
            queue.cancel(key);
            throw new UsageException("the request that was submitted is not the one that was leased; "
                    + "let nobody else work with this queue meanwhile, or give 'cost' an app.conf with other names");
        }
        LeasedRequest own = leased.get(0);
        step(Step.HEARTBEAT, () -> queue.renew(own.lease()));
        step(Step.STATUS, () -> armlib.requestManager().status(key));
        step(Step.FIND, () -> cache.find(key));
        step(Step.PUBLISH, () -> publish(cache, own));
        step(Step.COMPLETE, () -> queue.complete(own.lease()));
        step(Step.READ, () -> read(key));
        cache.retract(key, own.lease().submission());
        requests++;
    }

    private void publish(CacheManager cache, LeasedRequest leased) {
        try (ResultWriter writer = cache.write(leased)) {
            try (OutputStream out = writer.format(FORMAT, "text/plain")) {
                out.write(result);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            writer.commit();
        }
    }

    private void read(RequestKey key) {
        CachedResult cached = armlib.requestManager().result(key).orElseThrow();
        try (InputStream in =
                cached.open(cached.manifest().formats().get(0).name()).orElseThrow()) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Work of one step. */
    @FunctionalInterface
    private interface Work {
        void run() throws InterruptedException;
    }

    private void step(Step step, Work work) throws InterruptedException {
        List<Usage> before = items();
        work.run();
        List<Usage> after = items();
        Map<String, Double> sums = used.computeIfAbsent(step, first -> new LinkedHashMap<>());
        for (int i = 0; i < after.size(); i++) {
            sums.merge(after.get(i).item(), after.get(i).count() - before.get(i).count(), Double::sum);
        }
    }

    /** How much of an item one request uses in a step, on average. */
    double perRequest(Step step, Usage item) {
        return used.getOrDefault(step, Map.of()).getOrDefault(item.item(), 0.0) / requests;
    }

    /** What a million requests pay in a step. */
    BigDecimal dollarsPerMillion(Step step) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Usage item : items()) {
            sum = sum.add(item.dollarsPerMillion()
                    .multiply(BigDecimal.valueOf(perRequest(step, item)), MathContext.DECIMAL64));
        }
        return sum;
    }
}
