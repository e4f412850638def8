package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.armlib.domain.Phase;
import org.armlib.jdbc.servers.PostgresServer;
import org.armlib.jdbc.servers.TcpProxy;
import org.armlib.ports.QueueManager;
import org.armlib.tck.ChildJvm;
import org.junit.jupiter.api.Test;

/** Workers that are killed, stopped and cut off, and a database that is: {@code -Darmlib.battery=full} for all of it. */
class JdbcQueueBatteryTest {
    private static final boolean FULL = "full".equals(System.getProperty("armlib.battery"));
    private static final Duration PATIENCE = Duration.ofMinutes(FULL ? 10 : 1);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A queue, the workers on it, and what all of them, dead ones too, have reported. */
    private static final class Field implements AutoCloseable {
        private final String workersUrl;
        private final String prefix = "b" + NUMBER.incrementAndGet() + "_";
        private final boolean naive;
        private final int work;
        private final QueueManager queue;
        private final List<ChildJvm> workers = new ArrayList<>();
        private final List<String> reports = new ArrayList<>();
        private int submitted;

        Field(String url, String workersUrl, boolean naive, int work) {
            this.workersUrl = workersUrl;
            this.naive = naive;
            this.work = work;
            this.queue = JdbcQueueManager.open(
                    JdbcAccess.to(url), JdbcQueueSettings.DEFAULT.withTablePrefix(prefix), BatteryWorker.POLICY);
        }

        void submit(int count) {
            queue.submitAll(IntStream.range(submitted, submitted + count)
                    .mapToObj(BatteryWorker::request)
                    .toList());
            submitted += count;
        }

        ChildJvm startWorker() {
            ChildJvm worker = ChildJvm.start(
                    BatteryWorker.class,
                    workersUrl,
                    prefix,
                    "worker-" + NUMBER.incrementAndGet(),
                    String.valueOf(naive),
                    String.valueOf(work));
            workers.add(worker);
            return worker;
        }

        void kill(ChildJvm worker) throws InterruptedException {
            worker.kill();
            reports.addAll(worker.lines());
            workers.remove(worker);
            worker.close();
        }

        long completed() {
            return queue.overview().count(Phase.COMPLETED);
        }

        void awaitAllFinished() {
            await("every request to be finished").atMost(PATIENCE).until(() -> completed() >= submitted && live() == 0);
        }

        private long live() {
            return queue.overview().count(Phase.PENDING) + queue.overview().count(Phase.IN_PROGRESS);
        }

        List<String> violations() {
            List<String> lines = new ArrayList<>(reports);
            workers.forEach(worker -> lines.addAll(worker.lines()));
            return BatteryAudit.violations(queue, submitted, lines);
        }

        @Override
        public void close() {
            workers.forEach(ChildJvm::close);
            queue.close();
        }
    }

    private static String server() {
        return PostgresServer.shared().url();
    }

    private static void signal(ChildJvm child, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(child.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static Field killWorkers(boolean naive) throws InterruptedException {
        Field field = new Field(server(), server(), naive, 5);
        int workers = FULL ? 8 : 3;
        int kills = FULL ? 60 : 5;
        field.submit(FULL ? 8_000 : 600);
        for (int i = 0; i < workers; i++) {
            field.startWorker();
        }
        for (int i = 0; i < kills; i++) {
            ChildJvm victim = field.workers.get(0);
            victim.awaitLines(FULL ? 60 : 20);
            field.kill(victim);
            field.startWorker();
        }
        return field;
    }

    @Test
    void killed_workers_lose_nothing_and_double_nothing() throws InterruptedException {
        try (Field field = killWorkers(false)) {
            field.awaitAllFinished();
            assertThat(field.violations()).isEmpty();
        }
    }

    /** Stops a worker in the middle of its work until others have done that, and lets it go on. */
    private static Field stopWorkers(boolean naive) throws InterruptedException, IOException {
        Field field = new Field(server(), server(), naive, 200);
        int rounds = FULL ? 50 : 2;
        for (int i = 0; i < rounds; i++) {
            field.submit(5);
            ChildJvm sleeper = field.startWorker();
            await().atMost(PATIENCE).until(() -> sleeper.lines().stream().anyMatch(line -> line.startsWith("leased")));
            signal(sleeper, "STOP");
            ChildJvm other = field.startWorker();
            field.awaitAllFinished();
            field.kill(other);
            int before = sleeper.lines().size();
            signal(sleeper, "CONT");
            await("what the sleeper says of its first request")
                    .atMost(PATIENCE)
                    .until(() -> sleeper.lines().size() > before);
            field.kill(sleeper);
        }
        return field;
    }

    @Test
    void stopped_workers_that_come_back_are_refused() throws InterruptedException, IOException {
        try (Field field = stopWorkers(false)) {
            assertThat(field.reports.stream().filter(line -> line.startsWith("refused")))
                    .hasSizeGreaterThanOrEqualTo(FULL ? 50 : 2);
            assertThat(field.violations()).isEmpty();
        }
    }

    @Test
    void the_battery_finds_a_naive_queue_wrong() throws InterruptedException, IOException {
        try (Field field = stopWorkers(true)) {
            assertThat(field.violations()).anyMatch(wrong -> wrong.contains("was completed under 2 leases"));
        }
    }

    @Test
    void a_database_that_is_stopped_dead_keeps_what_it_has_accepted() {
        try (PostgresServer server = PostgresServer.start();
                Field field = new Field(server.url(), server.url(), false, 5)) {
            for (int i = 0; i < (FULL ? 8 : 2); i++) {
                field.startWorker();
            }
            for (int i = 0; i < (FULL ? 30 : 2); i++) {
                long before = field.completed();
                field.submit(200);
                await().atMost(PATIENCE).until(() -> field.completed() > before);
                server.stopImmediately();
                server.startAgain();
            }
            field.awaitAllFinished();
            assertThat(field.violations()).isEmpty();
        }
    }

    @Test
    void connections_that_are_cut_at_any_byte_lose_nothing_and_double_nothing() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int cuts = FULL ? 1_000 : 10;
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", PostgresServer.shared().port());
                Field field = new Field(server(), proxy.through(server()), false, 1)) {
            for (int i = 0; i < (FULL ? 4 : 2); i++) {
                field.startWorker().awaitLines(1);
            }
            proxy.cutEachAfter(() -> random.nextLong(500, 100_000));
            while (proxy.cuts() < cuts) {
                long before = field.completed();
                field.submit(200);
                await().atMost(PATIENCE).until(() -> field.completed() >= before + 100);
            }
            proxy.letPass();
            field.awaitAllFinished();
            assertThat(field.violations()).as("seed %s", seed).isEmpty();
        }
    }
}
