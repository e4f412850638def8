package org.armlib.benchmarks.aws;

import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.DynQueueManager;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.WorkerId;

/** A server that works through the queue until there is nothing more, and writes down what it leased and when. */
final class DynamoDbWorker {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private DynamoDbWorker() {}

    /** Takes the endpoint, the name of the worker, and the file to write to. */
    public static void main(String[] args) throws InterruptedException, IOException {
        AwsAccess access = AwsAccess.DEFAULT.inRegion("eu-west-1").at(URI.create(args[0]));
        WorkerId worker = new WorkerId(args[1]);
        Clock clock = Clock.systemUTC();
        try (DynQueueManager queue = DynamoDbMeasures.open(access, "dispatches");
                Writer leases = Files.newBufferedWriter(Path.of(args[2]))) {
            // The first waits for the others: the queue is suspended until all are there.
            List<LeasedRequest> leased = queue.lease(worker, 1, Duration.ofMinutes(2));
            while (!leased.isEmpty()) {
                Instant now = clock.instant();
                long micros =
                        TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(now.getNano());
                for (LeasedRequest one : leased) {
                    leases.write(micros + " " + one.request().key().value() + "\n");
                    queue.complete(one.lease());
                }
                leased = queue.lease(worker, 1, PATIENCE);
            }
        }
    }
}
