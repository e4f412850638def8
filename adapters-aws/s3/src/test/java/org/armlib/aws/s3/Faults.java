package org.armlib.aws.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Lets calls fail, as a store or a network does. What it is told last counts; at first nothing fails. */
final class Faults implements ExecutionInterceptor {
    private static final int NEVER = Integer.MAX_VALUE;

    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile Function<SdkRequest, Optional<SdkException>> before = request -> Optional.empty();
    private volatile Predicate<SdkRequest> losesAnswer = request -> false;
    private volatile int cutAfter = NEVER;

    /** What the store answers instead of doing anything. */
    void answer(Function<SdkRequest, Optional<SdkException>> refusal) {
        before = refusal;
    }

    /** Whose answers get lost, after what was asked for is done. */
    void loseAnswers(Predicate<SdkRequest> which) {
        losesAnswer = which;
    }

    /** Connections break after so many bytes of an object. */
    void cutReadsAfter(int bytes) {
        cutAfter = bytes;
    }

    void stop() {
        before = request -> Optional.empty();
        losesAnswer = request -> false;
        cutAfter = NEVER;
    }

    int attempts() {
        return attempts.get();
    }

    int cuts() {
        return cuts.get();
    }

    static SdkException error(int status, String code) {
        return (SdkException) S3Exception.builder()
                .statusCode(status)
                .message(code)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("planted")
                        .serviceName("S3")
                        .build())
                .build();
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        attempts.incrementAndGet();
        before.apply(context.request()).ifPresent(e -> {
            throw e;
        });
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        if (losesAnswer.test(context.request())) {
            throw SdkClientException.create("planted", new IOException("Connection reset"));
        }
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        int limit = cutAfter;
        return limit != NEVER && context.request() instanceof GetObjectRequest
                ? context.responseBody().map(body -> new CutInput(body, limit))
                : context.responseBody();
    }

    private final class CutInput extends FilterInputStream {
        private int left;

        CutInput(InputStream in, int left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int n = read(one, 0, 1);
            return n < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0) {
                cuts.incrementAndGet();
                throw new IOException("Connection reset");
            }
            int n = super.read(bytes, offset, Math.min(count, left));
            left -= Math.max(n, 0);
            return n;
        }
    }
}
