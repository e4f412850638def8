package org.armlib.aws.s3;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.client.AwsClients;
import org.armlib.aws.s3.servers.S3Server;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** A store that caches are tested against. */
record Counterpart(String name, Optional<URI> endpoint, Optional<String> bucket) {
    private static final String MOCK = "s3mock";
    private static final Set<String> SHOWN = ConcurrentHashMap.newKeySet();

    /** Says, once, that it is used. */
    Counterpart {
        if (SHOWN.add(name)) {
            System.out.println("[armlib] the S3 cache is tested against " + name);
        }
    }

    static Counterpart proxy() {
        return of(S3Server.sharedProxy());
    }

    static Counterpart mock() {
        return of(S3Server.sharedMock());
    }

    static Counterpart of(S3Server server) {
        return new Counterpart(server.name(), Optional.of(server.endpoint()), Optional.empty());
    }

    AwsAccess access() {
        return endpoint.map(AwsAccess.DEFAULT::at).orElse(AwsAccess.DEFAULT);
    }

    /** A client with nothing between it and the store. */
    S3Client client() {
        return AwsClients.build(
                S3Client.builder()
                        .serviceConfiguration(S3Configuration.builder()
                                .chunkedEncodingEnabled(false)
                                .build())
                        .forcePathStyle(endpoint.isPresent()),
                access(),
                List.of());
    }

    /** Settings for a cache of its own: a new bucket, or a new prefix in the one that is given. */
    S3CacheSettings settings() {
        String own = UUID.randomUUID().toString();
        S3CacheSettings settings = bucket.map(S3CacheSettings::of)
                .orElseGet(() -> S3CacheSettings.of("armlib-" + own).withCreateBucket(true))
                .withPathStyle(endpoint.isPresent())
                .withFreshness(Duration.ofMillis(20))
                // Longer than the tests move their time on.
                .withTemporaryExpiry(Duration.ofDays(365));
        return settings.withPrefix(bucket.isPresent() ? "armlib-" + own + "/" : "results/");
    }

    S3CacheManager open(S3CacheSettings settings, ExecutionInterceptor... interceptors) {
        return open(settings, Clock.systemUTC(), interceptors);
    }

    S3CacheManager open(S3CacheSettings settings, Clock clock, ExecutionInterceptor... interceptors) {
        List<ExecutionInterceptor> all = new ArrayList<>(List.of(interceptors));
        if (name.equals(MOCK)) {
            all.add(0, new TakeTurns());
        }
        return S3CacheManager.open(access(), settings, clock, all);
    }

    /** Removes all objects and uploads of a cache. */
    void remove(S3CacheSettings settings) {
        try (S3Client client = client()) {
            List<ObjectIdentifier> batch = new ArrayList<>();
            client.listObjectsV2Paginator(list -> list.bucket(settings.bucket()).prefix(settings.prefix()))
                    .contents()
                    .forEach(object -> batch.add(
                            ObjectIdentifier.builder().key(object.key()).build()));
            for (int at = 0; at < batch.size(); at += 1000) {
                List<ObjectIdentifier> some = batch.subList(at, Math.min(batch.size(), at + 1000));
                client.deleteObjects(delete -> delete.bucket(settings.bucket()).delete(these -> these.objects(some)));
            }
            client.listMultipartUploadsPaginator(
                            list -> list.bucket(settings.bucket()).prefix(settings.prefix()))
                    .uploads()
                    .forEach(upload -> client.abortMultipartUpload(abort ->
                            abort.bucket(settings.bucket()).key(upload.key()).uploadId(upload.uploadId())));
        }
    }
}
