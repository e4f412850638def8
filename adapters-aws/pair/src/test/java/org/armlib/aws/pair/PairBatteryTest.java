package org.armlib.aws.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.armlib.aws.dynamodb.server.DynamoDbLocal;
import org.armlib.aws.s3.servers.S3Server;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.FormatName;
import org.armlib.domain.Manifest;
import org.armlib.domain.Phase;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Cleared;
import org.armlib.ports.Page;
import org.armlib.ports.QueueManager;
import org.armlib.ports.QueueOverview;
import org.armlib.tck.ChildJvm;
import org.armlib.tck.CrashAudit;
import org.armlib.tck.WorkerReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Workers of the queue in DynamoDB and the cache in S3 that are killed in the midst of their work: no request is lost, none
 * is stuck, each is completed by one lease alone, every result is whole and reads back as it was written, and what the dead
 * have left is swept. {@code -Darmlib.battery=full} does as much as takes several minutes.
 */
class PairBatteryTest {
    private static final System.Logger LOG = System.getLogger(PairBatteryTest.class.getName());
    private static final boolean FULL = "full".equals(System.getProperty("armlib.battery"));
    private static final Duration PATIENCE = Duration.ofMinutes(FULL ? 15 : 2);
    private static final Duration LATER = Duration.ofHours(2);
    private static final int MEGABYTE = 1_000_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final CrashAudit audit = new CrashAudit();
    private final List<BatchRequest> requests = new ArrayList<>();
    private final List<ChildJvm> workers = new ArrayList<>();
    private final List<String> linesOfTheDead = new ArrayList<>();

    private static DynamoDbLocal dynamodb;
    private static S3Server s3;

    @BeforeAll
    static void startServers() {
        dynamodb = DynamoDbLocal.start();
        s3 = S3Server.startProxyOnDisk();
    }

    @AfterAll
    static void stopServers() {
        dynamodb.close();
        s3.close();
    }

    @Test
    void a_result_that_is_lost_or_altered_is_found_out() throws IOException, InterruptedException {
        Pair pair = new Pair(dynamodb.endpoint(), "loss-", s3.endpoint(), "loss");
        try (QueueManager queue = pair.openQueue();
                CacheManager cache = pair.openCache(Clock.systemUTC())) {
            submit(queue, 1);
            workers.add(PairWorker.start(pair));
            await().atMost(PATIENCE).until(() -> isDone(queue.overview()));
            bury(workers.remove(0));
            BatchRequest request = requests.get(0);
            BatchRequest longer = BatchRequest.parse("/report?length=" + 2 * MEGABYTE)
                    .key(request.key())
                    .cachePolicy(request.cachePolicy())
                    .build();

            assertThat(readsBack(cache, request)).isEmpty();
            assertThat(readsBack(cache, longer))
                    .hasValueSatisfying(said -> assertThat(said).contains("otherwise"));
            SubmissionId submission = queue.find(request.key()).orElseThrow().id();
            cache.retract(request.key(), submission);
            assertThat(readsBack(cache, request))
                    .hasValueSatisfying(said -> assertThat(said).contains("without"));
        } finally {
            workers.forEach(ChildJvm::close);
        }
    }

    @Test
    void workers_are_killed() throws IOException, InterruptedException {
        int processes = FULL ? 8 : 3;
        int kills = FULL ? 40 : 3;
        int perKill = FULL ? 50 : 15;
        Duration between = Duration.ofSeconds(FULL ? 3 : 0);
        Pair pair = new Pair(dynamodb.endpoint(), "battery-", s3.endpoint(), "battery");
        try (QueueManager queue = pair.openQueue();
                CacheManager cache = pair.openCache(Clock.systemUTC())) {
            for (int i = 0; i < processes; i++) {
                workers.add(PairWorker.start(pair));
            }
            workers.forEach(worker -> worker.awaitLines(1));
            for (int i = 0; i < kills; i++) {
                long due = System.nanoTime() + between.toNanos();
                long before = count(WorkerReport.What.EXECUTED);
                submit(queue, perKill);
                await().atMost(PATIENCE)
                        .until(() -> count(WorkerReport.What.EXECUTED) > before && System.nanoTime() - due >= 0);
                bury(workers.remove(random.nextInt(workers.size())));
                workers.add(PairWorker.start(pair));
            }
            await("the last request finished").atMost(PATIENCE).until(() -> isDone(queue.overview()));

            assertThat(workers).allMatch(ChildJvm::isAlive);
            while (!workers.isEmpty()) {
                bury(workers.remove(0));
            }
            List<String> violations = new ArrayList<>(audit.violations(queue, reports(linesOfTheDead)));
            for (BatchRequest request : requests) {
                readsBack(cache, request).ifPresent(violations::add);
            }
            int orphans = sweep(pair, violations);
            LOG.log(
                    System.Logger.Level.INFO,
                    figures(kills, orphans, violations).toString());
            assertThat(violations).as("seed " + seed).isEmpty();
        } finally {
            workers.forEach(ChildJvm::close);
        }
    }

    private void submit(QueueManager queue, int count) {
        for (int i = 0; i < count; i++) {
            BatchRequest.Builder request = BatchRequest.parse(
                            "/report?length=" + random.nextInt(1_000, FULL ? 5 * MEGABYTE : MEGABYTE))
                    .key(new RequestKey("r-" + requests.size()));
            if (random.nextBoolean()) {
                request.sticky();
            }
            BatchRequest built = request.build();
            requests.add(built);
            audit.submitting(built.key());
            audit.accepted(queue.submit(built).submission());
        }
    }

    private static boolean isDone(QueueOverview overview) {
        return overview.count(Phase.PENDING) + overview.count(Phase.IN_PROGRESS) == 0;
    }

    private void bury(ChildJvm worker) throws InterruptedException {
        try (worker) {
            worker.kill();
            linesOfTheDead.addAll(worker.lines());
        }
    }

    private long count(WorkerReport.What what) {
        List<String> lines = new ArrayList<>(linesOfTheDead);
        workers.forEach(worker -> lines.addAll(worker.lines()));
        return reports(lines).stream().filter(report -> report.what() == what).count();
    }

    private static List<WorkerReport> reports(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.equals(PairWorker.READY))
                .map(WorkerReport::parse)
                .toList();
    }

    /** What is wrong with the result of a request, which must be whole, what was written, and in its area. */
    private static Optional<String> readsBack(CacheManager cache, BatchRequest request) throws IOException {
        Optional<CachedResult> found = cache.find(request.key());
        if (found.isEmpty()) {
            return Optional.of("completed, but without a result: " + request.key());
        }
        Manifest manifest = found.get().manifest();
        if (manifest.request().cachePolicy() != request.cachePolicy()) {
            return Optional.of("in the wrong area: " + request.key());
        }
        MessageDigest read = sha256();
        FormatName format = new FormatName(PairWorker.FORMAT);
        try (InputStream in = new DigestInputStream(found.get().open(format).orElseThrow(), read)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        MessageDigest written = sha256();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), written)) {
            PairWorker.write(request, out);
        }
        String digest = HexFormat.of().formatHex(read.digest());
        boolean whole = digest.equals(HexFormat.of().formatHex(written.digest()))
                && digest.equals(manifest.format(format).orElseThrow().sha256());
        return whole ? Optional.empty() : Optional.of("reads back otherwise: " + request.key());
    }

    /** Sweeps, as a janitor does later; whatever is then left over is a violation. */
    private static int sweep(Pair pair, List<String> violations) {
        try (CacheManager janitor = pair.openCache(Clock.offset(Clock.systemUTC(), LATER))) {
            int results = results(janitor, CachePolicy.STICKY) + results(janitor, CachePolicy.TEMPORARY);
            Cleared orphans = janitor.sweep(LATER.minusHours(1));
            if (!janitor.sweep(LATER.minusHours(1)).equals(Cleared.NOTHING)) {
                violations.add("a second sweep found orphans that the first had left");
            }
            if (results(janitor, CachePolicy.STICKY) + results(janitor, CachePolicy.TEMPORARY) != results) {
                violations.add("the sweep took results");
            }
            return (int) orphans.items();
        }
    }

    private static int results(CacheManager cache, CachePolicy area) {
        int count = 0;
        Optional<String> cursor = Optional.empty();
        do {
            Page<Manifest> page = cache.list(area, cursor, 1_000);
            count += page.items().size();
            cursor = page.next();
        } while (cursor.isPresent());
        return count;
    }

    private Map<String, String> figures(int kills, int orphans, List<String> violations) {
        List<WorkerReport> reports = reports(linesOfTheDead);
        Map<String, String> figures = new TreeMap<>();
        figures.put("kills", Integer.toString(kills));
        figures.put("requests", Integer.toString(requests.size()));
        figures.put("orphans swept", Integer.toString(orphans));
        figures.put("seed", Long.toString(seed));
        figures.put("violations", Integer.toString(violations.size()));
        for (WorkerReport.What what : WorkerReport.What.values()) {
            figures.put(
                    what.toString(),
                    Long.toString(reports.stream()
                            .filter(report -> report.what() == what)
                            .count()));
        }
        return figures;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
