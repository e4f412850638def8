package org.armlib.aws.dynamodb;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** What DynamoDB does now and then and DynamoDB Local never; each kind may be switched off. */
final class Faults implements ExecutionInterceptor {
    private final Random random = new Random(20_261_125);
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger injected = new AtomicInteger();
    private final Map<String, QueryResponse> past = new ConcurrentHashMap<>();

    private volatile double throttled;
    private volatile double failing;
    private volatile double lost;
    private volatile double stale;

    /** A share of the tries is refused because there are too many. */
    Faults throttling(double share) {
        throttled = share;
        return this;
    }

    /** A share of the tries fails within the service, without effect. */
    Faults failing(double share) {
        failing = share;
        return this;
    }

    /** A share of the answers is lost: the call had its effect. */
    Faults losing(double share) {
        lost = share;
        return this;
    }

    /** A share of the looks at the index shows it as it was at an earlier look. */
    Faults stale(double share) {
        stale = share;
        return this;
    }

    void none() {
        throttling(0).failing(0).losing(0).stale(0);
    }

    int attempts() {
        return attempts.get();
    }

    int injected() {
        return injected.get();
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        attempts.incrementAndGet();
        inject(
                throttled,
                () -> ProvisionedThroughputExceededException.builder()
                        .message("too many")
                        .statusCode(400)
                        .awsErrorDetails(details("ProvisionedThroughputExceededException", 400))
                        .build());
        inject(
                failing,
                () -> InternalServerErrorException.builder()
                        .message("internal")
                        .statusCode(500)
                        .awsErrorDetails(details("InternalServerError", 500))
                        .build());
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        inject(
                lost,
                () -> InternalServerErrorException.builder()
                        .message("the answer was lost")
                        .statusCode(500)
                        .awsErrorDetails(details("InternalServerError", 500))
                        .build());
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        SdkRequest request = context.request();
        if (request instanceof QueryRequest query && context.response() instanceof QueryResponse now) {
            String which = query.expressionAttributeValues() + " " + query.limit();
            @Nullable QueryResponse before = happens(stale) ? past.get(which) : past.put(which, now);
            if (before != null && happens(stale)) {
                injected.incrementAndGet();
                return before;
            }
        }
        return context.response();
    }

    private void inject(double share, Supplier<SdkException> fault) {
        if (happens(share)) {
            injected.incrementAndGet();
            throw fault.get();
        }
    }

    private synchronized boolean happens(double share) {
        return share > 0 && random.nextDouble() < share;
    }

    private static AwsErrorDetails details(String code, int status) {
        return AwsErrorDetails.builder()
                .serviceName("DynamoDB")
                .errorCode(code)
                .errorMessage(code)
                .sdkHttpResponse(SdkHttpResponse.builder().statusCode(status).build())
                .build();
    }
}
