package org.armlib.aws.dynamodb.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;

/** A JVM that starts a server, says which process it is, and stays until it is killed. */
final class StartAndStay {
    private StartAndStay() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path report = Path.of(args[0]);
        Path written = Files.writeString(
                report.resolveSibling("report.new"),
                String.valueOf(DynamoDbLocal.start().pid()));
        Files.move(written, report, StandardCopyOption.ATOMIC_MOVE);
        new CountDownLatch(1).await();
    }
}
