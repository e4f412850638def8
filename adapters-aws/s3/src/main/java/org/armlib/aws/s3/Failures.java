package org.armlib.aws.s3;

import java.util.Optional;
import org.armlib.aws.client.AwsFailures;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Says of what the store refused: what was tried, where, and what a person can do about it. */
final class Failures {
    private Failures() {}

    static CacheException of(String tried, Optional<RequestKey> key, String place, RuntimeException cause) {
        String of = key.map(k -> " of '" + k + "'").orElse("");
        String begin = "cannot " + tried + of + " in the S3 cache '" + place + "': ";
        return cause instanceof SdkException failed
                ? new CacheException(begin + explain(failed), key, AwsFailures.isRetryable(failed), cause)
                : new CacheException(begin + cause.getMessage(), key, isRetryable(cause), cause);
    }

    private static boolean isRetryable(RuntimeException cause) {
        return cause instanceof StoreException failed && failed.retryable();
    }

    /** What went wrong, in one line, and what to do where that is known. */
    static String explain(SdkException e) {
        String said = AwsFailures.explain(e);
        String code = AwsFailures.code(e);
        int status = e instanceof AwsServiceException service ? service.statusCode() : 0;
        if (code.equals("NoSuchBucket")) {
            return said + "; there is no such bucket: look at 'bucket', or set 'create-bucket'";
        }
        if (status == 301
                || status == 307
                || code.equals("PermanentRedirect")
                || code.equals("AuthorizationHeaderMalformed")
                || code.equals("IllegalLocationConstraintException")) {
            return said + "; the bucket is in another region: set 'region' to it" + region(e);
        }
        if (code.equals("QuotaExceeded") || code.equals("InsufficientStorage") || status == 507) {
            return said + "; make room there, for example by a purge, and try again";
        }
        if (status == 403 && code.isEmpty()) {
            return said + "; the policy of this process' role does not allow it";
        }
        return said;
    }

    private static String region(SdkException e) {
        if (e instanceof AwsServiceException service
                && service.awsErrorDetails() != null
                && service.awsErrorDetails().sdkHttpResponse() != null) {
            return service.awsErrorDetails()
                    .sdkHttpResponse()
                    .firstMatchingHeader("x-amz-bucket-region")
                    .map(region -> ", '" + region + "'")
                    .orElse("");
        }
        return "";
    }
}
