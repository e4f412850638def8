package org.armlib.aws.s3;

import java.util.List;
import org.armlib.aws.client.Meter;
import org.armlib.ports.Usage;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;

/** Counts the calls that are paid for, every attempt at one. */
final class CallMeter implements ExecutionInterceptor {
    private static final String PRICES = "Amazon S3 Standard, us-east-1, November 2026";

    private final Meter writes = new Meter("PUT, COPY, POST, LIST requests", "5.00", PRICES);
    private final Meter reads = new Meter("GET and all other requests", "0.40", PRICES);

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        SdkHttpMethod method = context.httpRequest().method();
        boolean lists = context.request() instanceof ListObjectsV2Request
                || context.request() instanceof ListMultipartUploadsRequest
                || context.request() instanceof ListPartsRequest;
        if (method == SdkHttpMethod.PUT || method == SdkHttpMethod.POST || lists) {
            writes.add(1);
        } else if (method != SdkHttpMethod.DELETE) {
            reads.add(1);
        }
    }

    List<Usage> usage() {
        return Meter.usage(List.of(writes, reads));
    }
}
