package org.armlib.benchmarks.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.armlib.aws.dynamodb.server.DynamoDbLocal;
import org.armlib.aws.s3.servers.S3Server;
import org.armlib.benchmarks.Benchmark;
import org.armlib.benchmarks.Report;

/**
 * What requests use of DynamoDB and S3, in units and calls as the services count them, on DynamoDB Local and S3 servers on
 * this machine. Ratios of times are to a shallow queue and to the SDK's own upload.
 */
public final class AwsBenchmark implements Benchmark {

    /** Named {@code aws}. */
    public AwsBenchmark() {}

    @Override
    public String name() {
        return "aws";
    }

    @Override
    public void run(Report report) throws InterruptedException {
        try {
            new DynamoDbMeasures(report).measure();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        new S3Measures(report).measure();
        try (DynamoDbLocal dynamodb = DynamoDbLocal.start();
                S3Server s3 = S3Server.startProxy()) {
            new ColdStart(report).measure(dynamodb.endpoint(), s3.endpoint());
        }
    }
}
