package org.armlib.examples;

import java.time.Clock;
import org.armlib.application.StandardRequestManager;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.DynQueueManager;
import org.armlib.aws.dynamodb.DynQueueSettings;
import org.armlib.aws.s3.S3CacheManager;
import org.armlib.aws.s3.S3CacheSettings;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.ports.Submitted;

/** Embeds the pair of AWS by constructors, in a program that only submits. */
final class EmbedWithAws {
    private EmbedWithAws() {}

    /** Submits one request; a worker anywhere will run it. */
    static Submitted submit(BatchRequest request, AwsAccess dynamodb, AwsAccess s3, S3CacheSettings bucket) {
        Clock clock = Clock.systemUTC();
        DynQueueSettings tables = DynQueueSettings.DEFAULT.withTablePrefix("reports-");
        try (QueueManager queue = DynQueueManager.open(dynamodb, tables, RetryPolicy.DEFAULT, clock);
                CacheManager cache = S3CacheManager.open(s3, bucket, clock)) {
            RequestManager requests = new StandardRequestManager(queue, cache, clock);
            return requests.submit(request);
        }
    }
}
