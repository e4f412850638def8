package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.armlib.domain.Lease;
import org.armlib.domain.RequestKey;
import org.armlib.domain.Submission;
import org.armlib.domain.WorkerId;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.jdbc.servers.TcpProxy;
import org.armlib.ports.QueueManager;
import org.armlib.tck.CrashAudit;
import org.armlib.tck.WorkerReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Workers, servers and connections that fail in the midst of their work, on a PostgreSQL whose commits are durable: no
 * request is lost, none is stuck, each is completed by one lease alone. The same on a queue that is known to be wrong, which
 * must be found so. {@code -Darmlib.battery=full} does as much as takes half an hour.
 */
class JdbcQueueBatteryTest {
    private static final System.Logger LOG = System.getLogger(JdbcQueueBatteryTest.class.getName());
    private static final int LEASES_ASLEEP = 3;
    private static final WorkerId SUCCESSOR = new WorkerId("successor");

    private static PostgresServer server;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void workers_are_killed() throws InterruptedException {
        int processes = Battery.full() ? 8 : 3;
        int kills = Battery.full() ? 40 : 3;
        Duration between = Battery.full() ? Duration.ofSeconds(3) : Duration.ZERO;
        assertThat(afterKills(BatteryQueue.REAL, processes, kills, between))
                .as("seed " + seed)
                .isEmpty();
    }

    @Test
    void a_naive_queue_is_found_out_when_workers_are_killed() throws InterruptedException {
        assertThat(afterKills(BatteryQueue.NAIVE, 3, 1, Duration.ZERO))
                .as("seed " + seed)
                .anyMatch(violation -> violation.startsWith("completed by"));
    }

    private List<String> afterKills(BatteryQueue kind, int processes, int kills, Duration between)
            throws InterruptedException {
        int perKill = Battery.full() ? 250 : 100;
        try (Battery battery = new Battery(kind, server.url(), server.url())) {
            battery.start(processes, BatteryWorker.Work.EXECUTE, battery.signal(0));
            for (int i = 0; i < kills; i++) {
                long due = System.nanoTime() + between.toNanos();
                await().atMost(between.plusSeconds(1)).until(() -> System.nanoTime() - due >= 0);
                long before = battery.count(WorkerReport.What.EXECUTED);
                CompletableFuture<Void> submitting = battery.submit(battery.queue(), perKill);
                battery.awaitMoreExecuted(before, 1 + random.nextInt(perKill * 3 / 4));
                battery.killOne(random);
                submitting.join();
            }
            battery.awaitEnd();
            return verdict(battery, List.of(), Map.of("kills", Integer.toString(kills)));
        }
    }

    @Test
    void processes_sleep_for_three_leases() throws IOException, InterruptedException {
        assertThat(afterSleep(BatteryQueue.REAL, Battery.full() ? 5 : 1, Battery.full() ? 10 : 2))
                .as("seed " + seed)
                .isEmpty();
    }

    @Test
    void a_naive_queue_is_found_out_when_processes_sleep() throws IOException, InterruptedException {
        assertThat(afterSleep(BatteryQueue.NAIVE, 1, 1))
                .as("seed " + seed)
                .anyMatch(violation -> violation.startsWith("completed by"))
                .anyMatch(violation -> violation.startsWith("not refused"))
                .anyMatch(violation -> violation.startsWith("changed"));
    }

    /** Half of what the sleepers held is completed by a successor when they wake, the other half held by it. */
    private List<String> afterSleep(BatteryQueue kind, int rounds, int processes)
            throws IOException, InterruptedException {
        List<WorkerReport> own = new ArrayList<>();
        try (Battery battery = new Battery(kind, server.url(), server.url());
                QueueManager successor = battery.open(Duration.ofMinutes(10))) {
            for (int round = 1; round <= rounds; round++) {
                Path signal = battery.signal(round);
                int held = processes * BatteryWorker.HELD;
                battery.start(processes, BatteryWorker.Work.HOLD, signal);
                battery.submit(battery.queue(), held).join();
                int all = round * held;
                await().atMost(Duration.ofSeconds(30)).until(() -> battery.count(WorkerReport.What.LEASED) >= all);
                battery.signalAll("STOP");
                long asleep = System.nanoTime();
                Files.createFile(signal);

                List<Lease> leases = new ArrayList<>();
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    successor
                            .lease(SUCCESSOR, held, Duration.ofMillis(100))
                            .forEach(leased -> leases.add(leased.lease()));
                    return leases.size() == held
                            && System.nanoTime() - asleep > LEASES_ASLEEP * BatteryQueue.LEASE.toNanos();
                });
                battery.reports().stream()
                        .filter(report -> report.what() == WorkerReport.What.LEASED)
                        .forEach(report -> battery.audit().superseded(report.token()));
                leases.subList(0, held / 2).forEach(lease -> complete(successor, lease, own));
                Map<RequestKey, Submission> before = CrashAudit.contents(battery.queue());

                battery.signalAll("CONT");
                await().atMost(Duration.ofSeconds(30)).until(() -> battery.isAllTold());
                battery.audit().unchanged(before, CrashAudit.contents(battery.queue()));
                leases.subList(held / 2, held).forEach(lease -> complete(successor, lease, own));
                battery.killAll();
            }
            battery.awaitEnd();
            return verdict(battery, own, Map.of("sleepers", Integer.toString(rounds * processes)));
        }
    }

    private static void complete(QueueManager queue, Lease lease, List<WorkerReport> reports) {
        reports.add(WorkerReport.of(WorkerReport.What.EXECUTED, lease));
        queue.complete(lease);
        reports.add(WorkerReport.of(WorkerReport.What.COMPLETED, lease));
    }

    @Test
    void the_server_crashes() throws InterruptedException {
        int crashes = Battery.full() ? 30 : 2;
        int perCrash = 150;
        try (Battery battery = new Battery(BatteryQueue.REAL, server.url(), server.url())) {
            battery.start(Battery.full() ? 8 : 3, BatteryWorker.Work.EXECUTE, battery.signal(0));
            for (int i = 0; i < crashes; i++) {
                long before = battery.count(WorkerReport.What.EXECUTED);
                CompletableFuture<Void> submitting = battery.submit(battery.queue(), perCrash);
                battery.awaitMoreExecuted(before, 1 + random.nextInt(perCrash * 3 / 4));
                server.stopImmediately();
                server.startAgain();
                submitting.join();
            }
            battery.awaitEnd();
            assertThat(verdict(battery, List.of(), Map.of("crashes", Integer.toString(crashes))))
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    @Test
    void connections_are_cut() throws InterruptedException {
        int cuts = Battery.full() ? 1_000 : 40;
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", server.port());
                Battery battery = new Battery(BatteryQueue.REAL, server.url(), proxy.through(server.url()))) {
            proxy.cutEachAfter(this::someBytes);
            battery.start(Battery.full() ? 6 : 3, BatteryWorker.Work.EXECUTE, battery.signal(0));
            try (QueueManager submitter = battery.openAsWorkers()) {
                while (proxy.cuts() < cuts) {
                    battery.submit(submitter, 25).join();
                }
            }
            proxy.letPass();
            battery.awaitEnd();
            assertThat(verdict(battery, List.of(), Map.of("cuts", Integer.toString(proxy.cuts()))))
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    /** From the first bytes of a greeting to some hundred statements, each order of magnitude as often. */
    private long someBytes() {
        return Math.round(Math.exp(random.nextDouble(Math.log(64), Math.log(65_536))));
    }

    private List<String> verdict(Battery battery, List<WorkerReport> others, Map<String, String> figures)
            throws InterruptedException {
        List<String> violations = battery.violations(others);
        Map<String, String> all = new TreeMap<>(figures);
        all.putAll(battery.figures());
        all.put("seed", Long.toString(seed));
        all.put("violations", Integer.toString(violations.size()));
        LOG.log(System.Logger.Level.INFO, all.toString());
        return violations;
    }
}
