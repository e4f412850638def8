package org.armlib.jdbc;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.tck.ChildJvm;
import org.armlib.tck.CrashAudit;
import org.armlib.tck.WorkerReport;

/**
 * A queue in tables of its own, processes that work for it, and the {@link Audit} of both. {@code -Darmlib.battery=full}
 * is for the long form.
 */
final class Battery implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final BatteryQueue kind;
    private final String url;
    private final String workersUrl;
    private final String tablePrefix = "b" + NUMBER.incrementAndGet() + "_";
    private final QueueManager queue;
    private final Path folder;
    private final CrashAudit audit = new CrashAudit();
    private final List<ChildJvm> members = new ArrayList<>();
    private final List<String> linesOfTheDead = new ArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();

    /**
     * A queue without workers.
     *
     * @param url the way to the database of those who watch
     * @param workersUrl the way of those who work
     */
    Battery(BatteryQueue kind, String url, String workersUrl) {
        this.kind = kind;
        this.url = url;
        this.workersUrl = workersUrl;
        JdbcQueueSettings settings = JdbcQueueSettings.DEFAULT.withTablePrefix(tablePrefix);
        JdbcQueueManager.open(JdbcAccess.to(url), settings, RetryPolicy.DEFAULT).close();
        this.queue = open(url, BatteryQueue.LEASE);
        try {
            this.folder = Files.createTempDirectory("battery");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean full() {
        return "full".equals(System.getProperty("armlib.battery"));
    }

    CrashAudit audit() {
        return audit;
    }

    /** The file for which the {@link BatteryWorker.Work#HOLD}ers of a round wait. */
    Path signal(int round) {
        return folder.resolve("signal-" + round);
    }

    /** The queue as those have it who watch. */
    QueueManager queue() {
        return queue;
    }

    /** Another of the kind on the same tables. */
    QueueManager open(Duration lease) {
        return open(url, lease);
    }

    QueueManager openAsWorkers() {
        return open(workersUrl, BatteryQueue.LEASE);
    }

    private QueueManager open(String way, Duration lease) {
        return kind.open(way, tablePrefix, lease);
    }

    /** Starts processes, and returns when they are at work. */
    void start(int count, BatteryWorker.Work work, Path signal) {
        for (int i = 0; i < count; i++) {
            members.add(BatteryWorker.start(kind, workersUrl, tablePrefix, work, signal));
        }
        members.forEach(member -> member.awaitLines(1));
    }

    /** Kills one of the processes that work, and starts another. */
    void killOne(Random random) throws InterruptedException {
        bury(members.remove(random.nextInt(members.size())));
        members.add(BatteryWorker.start(kind, workersUrl, tablePrefix, BatteryWorker.Work.EXECUTE, signal(0)));
    }

    void killAll() throws InterruptedException {
        while (!members.isEmpty()) {
            bury(members.remove(0));
        }
    }

    private void bury(ChildJvm member) throws InterruptedException {
        try (member) {
            member.kill();
            linesOfTheDead.addAll(member.lines());
        }
    }

    /** Sends a signal to all processes. */
    void signalAll(String name) throws IOException, InterruptedException {
        for (ChildJvm member : members) {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + member.pid()).start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new AssertionError("kill -" + name + " did not work on a process that was alive");
            }
        }
    }

    /** Submits new requests by {@code way} while the caller goes on. */
    CompletableFuture<Void> submit(QueueManager way, int count) {
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; i < count; i++) {
                RequestKey key = new RequestKey("r-" + requests.incrementAndGet());
                audit.submitting(key);
                BatchRequest request = BatchRequest.of("/report").key(key).build();
                Enqueued enqueued = BatteryQueue.persistently(() -> way.submit(request));
                audit.accepted(enqueued.submission());
            }
        });
    }

    /** How many requests were submitted. */
    int submitted() {
        return requests.get();
    }

    List<WorkerReport> reports() {
        List<String> lines = new ArrayList<>(linesOfTheDead);
        members.forEach(member -> lines.addAll(member.lines()));
        List<WorkerReport> reports = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(BatteryWorker.FAULT)) {
                audit.fault(line);
            } else if (!line.startsWith(BatteryWorker.READY)) {
                reports.add(WorkerReport.parse(line));
            }
        }
        return reports;
    }

    long count(WorkerReport.What what) {
        return reports().stream().filter(report -> report.what() == what).count();
    }

    /** Waits until that many more requests have been run. */
    void awaitMoreExecuted(long before, int more) {
        await("requests run").atMost(PATIENCE).until(() -> count(WorkerReport.What.EXECUTED) >= before + more);
    }

    /** Waits until every request is finished, and every process has told what became of its leases. */
    void awaitEnd() {
        await("the last request finished").atMost(PATIENCE).until(() -> {
            QueueOverview overview = queue.overview();
            return overview.count(Phase.PENDING) + overview.count(Phase.IN_PROGRESS) == 0;
        });
        await("the last lease reported").atMost(PATIENCE).until(this::isAllTold);
    }

    boolean isAllTold() {
        Set<UUID> open = new HashSet<>();
        for (ChildJvm member : members) {
            for (String line : member.lines()) {
                if (line.startsWith(BatteryWorker.FAULT)) {
                    return true;
                }
                if (!line.startsWith(BatteryWorker.READY)) {
                    WorkerReport report = WorkerReport.parse(line);
                    switch (report.what()) {
                        case LEASED -> open.add(report.token());
                        case COMPLETED, REFUSED -> open.remove(report.token());
                        case EXECUTED, HEARD -> {}
                    }
                }
            }
        }
        return open.isEmpty();
    }

    /** What is wrong, {@code others} having been done in this process. */
    List<String> violations(List<WorkerReport> others) throws InterruptedException {
        killAll();
        List<WorkerReport> reports = new ArrayList<>(reports());
        reports.addAll(others);
        return audit.violations(queue, reports);
    }

    /** The figures of a run. */
    Map<String, String> figures() {
        return Map.of(
                "requests", Integer.toString(submitted()),
                "executions", Long.toString(count(WorkerReport.What.EXECUTED)),
                "completions", Long.toString(count(WorkerReport.What.COMPLETED)),
                "refusals", Long.toString(count(WorkerReport.What.REFUSED)));
    }

    @Override
    public void close() {
        members.forEach(ChildJvm::close);
        queue.close();
        try (java.util.stream.Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
