package org.armlib.aws.pair;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.dynamodb.DynQueueManager;
import org.armlib.aws.dynamodb.DynQueueSettings;
import org.armlib.aws.s3.S3CacheManager;
import org.armlib.aws.s3.S3CacheSettings;
import org.armlib.domain.Backoff;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;

/** Where a queue and a cache are, in words that another process understands. */
record Pair(URI dynamodb, String tablePrefix, URI s3, String bucket) {
    /** Attempts without end, so that a request whose workers are all killed is not given up. */
    static final RetryPolicy POLICY = new RetryPolicy(1_000, Backoff.fixed(Duration.ZERO), Duration.ofSeconds(3));

    static Pair parse(List<String> words) {
        return new Pair(URI.create(words.get(0)), words.get(1), URI.create(words.get(2)), words.get(3));
    }

    String[] words() {
        return new String[] {dynamodb.toString(), tablePrefix, s3.toString(), bucket};
    }

    QueueManager openQueue() {
        DynQueueSettings settings =
                DynQueueSettings.DEFAULT.withTablePrefix(tablePrefix).withPollInterval(Duration.ofMillis(100));
        return DynQueueManager.open(AwsAccess.DEFAULT.at(dynamodb), settings, POLICY, Clock.systemUTC());
    }

    CacheManager openCache(Clock clock) {
        S3CacheSettings settings =
                S3CacheSettings.of(bucket).withPathStyle(true).withCreateBucket(true);
        return S3CacheManager.open(AwsAccess.DEFAULT.at(s3), settings, clock);
    }
}
