package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.server.DynamoDbLocal;

/**
 * What answers the calls of a test.
 *
 * @param name for people
 * @param access how to reach it
 * @param lags whether what was written may be read late
 */
record Counterpart(String name, AwsAccess access, boolean lags) {
    private static final Set<String> ANNOUNCED = ConcurrentHashMap.newKeySet();

    /** Says once that it is used. */
    void announce() {
        if (ANNOUNCED.add(name)) {
            System.out.println("The queue's counterpart: " + name + ", " + access);
        }
    }

    /** DynamoDB Local in a child process, the same for all tests. */
    static Counterpart local() {
        return new Counterpart(
                "DynamoDB Local", AwsAccess.DEFAULT.at(DynamoDbLocal.shared().endpoint()), false);
    }

    DynQueueSettings settings(String prefix) {
        DynQueueSettings settings = DynQueueSettings.DEFAULT
                .withTablePrefix(prefix)
                .withPollInterval(lags ? Duration.ofMillis(500) : Duration.ofMillis(50));
        return lags ? settings.withConsistentReads() : settings;
    }
}
