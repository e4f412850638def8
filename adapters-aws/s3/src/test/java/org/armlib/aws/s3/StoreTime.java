package org.armlib.aws.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * A clock that can be moved on, and answers that agree with it: a store's own clock cannot be moved, so what is written at
 * a moved time is said to be of that time.
 */
final class StoreTime extends Clock {
    private final Clock real;
    private final Map<String, Duration> writtenAt = new ConcurrentHashMap<>();
    private volatile Duration moved = Duration.ZERO;

    StoreTime(Clock real) {
        this.real = real;
    }

    /** Moves the time on; what is in the store now has its age by the time until now. */
    void advance(Duration by, S3Client client, S3CacheSettings settings) {
        client.listObjectsV2Paginator(list -> list.bucket(settings.bucket()).prefix(settings.prefix()))
                .contents()
                .forEach(object -> writtenAt.putIfAbsent(object.key() + object.eTag(), moved));
        client.listMultipartUploadsPaginator(
                        list -> list.bucket(settings.bucket()).prefix(settings.prefix()))
                .uploads()
                .forEach(upload -> writtenAt.putIfAbsent(upload.uploadId(), moved));
        moved = moved.plus(by);
    }

    ExecutionInterceptor asSeenInAnswers() {
        return new ExecutionInterceptor() {
            @Override
            public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
                if (context.response() instanceof ListObjectsV2Response list) {
                    return list.toBuilder()
                            .contents(list.contents().stream()
                                    .map(object -> object.toBuilder()
                                            .lastModified(at(object.lastModified(), object.key() + object.eTag()))
                                            .build())
                                    .toList())
                            .build();
                }
                if (context.response() instanceof GetObjectResponse object
                        && context.request() instanceof GetObjectRequest get) {
                    return object.toBuilder()
                            .lastModified(at(object.lastModified(), get.key() + object.eTag()))
                            .build();
                }
                if (context.response() instanceof ListMultipartUploadsResponse list) {
                    return list.toBuilder()
                            .uploads(list.uploads().stream()
                                    .map(upload -> upload.toBuilder()
                                            .initiated(at(upload.initiated(), upload.uploadId()))
                                            .build())
                                    .toList())
                            .build();
                }
                return context.response();
            }
        };
    }

    private Instant at(Instant written, String what) {
        return written.plus(writtenAt.getOrDefault(what, moved));
    }

    @Override
    public Instant instant() {
        return real.instant().plus(moved);
    }

    @Override
    public ZoneId getZone() {
        return real.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
