package org.armlib.aws.client;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an exception of the SDK means to whoever called the adapter. */
public final class AwsFailures {
    private static final Set<String> DENIED = Set.of("AccessDenied", "AccessDeniedException", "AllAccessDisabled");
    private static final Set<String> UNKNOWN_CALLER = Set.of(
            "UnrecognizedClientException",
            "InvalidAccessKeyId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "InvalidClientTokenId");
    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");
    private static final Set<String> WRONG_CLOCK = Set.of("RequestTimeTooSkewed", "RequestExpired");

    private AwsFailures() {}

    /** The code of the service's error, empty where the call did not come so far. */
    public static String code(SdkException e) {
        if (e instanceof AwsServiceException service) {
            AwsErrorDetails details = service.awsErrorDetails();
            return details == null || details.errorCode() == null ? "" : details.errorCode();
        }
        return "";
    }

    /** Whether the same call may succeed later, without anybody changing anything. */
    public static boolean isRetryable(SdkException e) {
        if (e instanceof AwsServiceException service) {
            return service.isThrottlingException()
                    || service.statusCode() >= 500
                    || service.statusCode() == 408
                    || service.retryable()
                    || EXPIRED.contains(code(e));
        }
        return !isMissingSetup(e);
    }

    /** What went wrong, in one line, and what to do where that is known. */
    public static String explain(SdkException e) {
        if (e instanceof AwsServiceException service) {
            return explain(service);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "there is no host " + cause.getMessage() + "; look at 'region' and 'endpoint'";
            }
            if (cause instanceof ConnectException) {
                return "the server cannot be reached: " + cause.getMessage();
            }
        }
        String said = message(e);
        if (said.contains("Unable to load region")) {
            return "no AWS region is known; set 'region', the environment variable AWS_REGION, or region in the shared"
                    + " AWS files";
        }
        if (said.contains("Unable to load credentials")) {
            return "no AWS credentials were found in system properties, environment, shared AWS files, container or"
                    + " instance; give this process a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY";
        }
        return said;
    }

    private static String explain(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        String code = code(e);
        String told = details == null || details.errorMessage() == null ? message(e) : details.errorMessage();
        String said = (code.isEmpty() ? "HTTP status " + e.statusCode() : code) + ": " + told
                + (e.requestId() == null ? "" : " (request " + e.requestId() + ")");
        if (DENIED.contains(code)) {
            return said + "; the policy of this process' role does not allow it";
        }
        if (UNKNOWN_CALLER.contains(code)) {
            return said + "; the credentials are not valid for this service";
        }
        if (EXPIRED.contains(code)) {
            return said + "; the credentials have to be renewed";
        }
        if (WRONG_CLOCK.contains(code)) {
            return said + "; set this machine's clock";
        }
        return said;
    }

    private static boolean isMissingSetup(SdkException e) {
        String said = message(e);
        return e instanceof SdkClientException
                && (said.contains("Unable to load region") || said.contains("Unable to load credentials"));
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
