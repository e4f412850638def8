package org.armlib.aws.pair;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.armlib.application.RequestWorker;
import org.armlib.application.WorkerOptions;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.RequestKey;
import org.armlib.domain.StaleLeaseException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Job;
import org.armlib.ports.QueueManager;
import org.armlib.tck.ChildJvm;
import org.armlib.tck.WorkerReport;
import org.armlib.tck.WorkerReport.What;

/** A process that runs requests with the worker that every program uses, until it is killed. */
final class PairWorker {
    /** The first line. */
    static final String READY = "READY";

    /** The format of its results. */
    static final String FORMAT = "bin";

    private static final int THREADS = 2;
    private static final int PIECE = 64 * 1024;

    private PairWorker() {}

    static ChildJvm start(Pair pair) {
        return ChildJvm.start(PairWorker.class, pair.words());
    }

    /** Takes the path of the report and the words of a {@link Pair}. */
    public static void main(String[] args) throws InterruptedException {
        String report = args[0];
        Pair pair = Pair.parse(Arrays.asList(args).subList(1, args.length));
        WorkerOptions options =
                WorkerOptions.of("pair-" + ProcessHandle.current().pid(), THREADS, Pair.POLICY);
        try (QueueManager queue = pair.openQueue();
                CacheManager cache = pair.openCache(Clock.systemUTC());
                RequestWorker worker = new RequestWorker(
                        reporting(queue, report), cache, job -> run(job, report), options, Clock.systemUTC())) {
            worker.start();
            ChildJvm.report(report, READY);
            new CountDownLatch(1).await();
        }
    }

    private static void run(Job job, String report) throws IOException {
        try (OutputStream out = job.format(FORMAT, "application/octet-stream")) {
            write(job.request(), out);
        }
        tell(report, What.EXECUTED, job.lease());
    }

    /** The result of a request: as long as its parameter says, and the same in every attempt. */
    static void write(BatchRequest request, OutputStream out) throws IOException {
        Random random = new Random(seed(request.key()));
        byte[] piece = new byte[PIECE];
        long left = Long.parseLong(request.parameters().get("length").get(0));
        while (left > 0) {
            random.nextBytes(piece);
            int count = (int) Math.min(left, PIECE);
            out.write(piece, 0, count);
            left -= count;
        }
    }

    private static long seed(RequestKey key) {
        return Arrays.hashCode(key.value().getBytes(UTF_8));
    }

    /** A queue that tells what it answered to whom. */
    private static QueueManager reporting(QueueManager queue, String report) {
        return (QueueManager) Proxy.newProxyInstance(
                PairWorker.class.getClassLoader(), new Class<?>[] {QueueManager.class}, (proxy, method, arguments) -> {
                    Object answer;
                    try {
                        answer = method.invoke(queue, arguments);
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof StaleLeaseException
                                && method.getName().equals("complete")) {
                            tell(report, What.REFUSED, (Lease) arguments[0]);
                        }
                        throw e.getCause();
                    }
                    if (method.getName().equals("lease")) {
                        for (Object leased : (List<?>) answer) {
                            tell(report, What.LEASED, ((LeasedRequest) leased).lease());
                        }
                    } else if (method.getName().equals("complete")) {
                        tell(report, What.COMPLETED, (Lease) arguments[0]);
                    }
                    return answer;
                });
    }

    private static void tell(String report, What what, Lease lease) {
        ChildJvm.report(report, WorkerReport.of(what, lease).line());
    }
}
