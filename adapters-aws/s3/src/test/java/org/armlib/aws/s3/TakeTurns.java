package org.armlib.aws.s3;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Lets the clients of this JVM into an object one after the other, as Amazon S3 does by itself. S3Mock asks whether a
 * condition holds, then writes, and shows objects that are half written.
 */
final class TakeTurns implements ExecutionInterceptor {
    private static final Map<String, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        lock(context.request()).ifPresent(ReentrantLock::lock);
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        lock(context.request()).ifPresent(ReentrantLock::unlock);
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        lock(context.request()).filter(ReentrantLock::isHeldByCurrentThread).ifPresent(ReentrantLock::unlock);
    }

    private static Optional<ReentrantLock> lock(SdkRequest request) {
        return object(request).map(name -> LOCKS.computeIfAbsent(name, n -> new ReentrantLock()));
    }

    private static Optional<String> object(SdkRequest request) {
        if (request instanceof PutObjectRequest put) {
            return Optional.of(put.bucket() + "/" + put.key());
        }
        if (request instanceof GetObjectRequest get) {
            return Optional.of(get.bucket() + "/" + get.key());
        }
        return request instanceof DeleteObjectRequest delete
                ? Optional.of(delete.bucket() + "/" + delete.key())
                : Optional.empty();
    }
}
