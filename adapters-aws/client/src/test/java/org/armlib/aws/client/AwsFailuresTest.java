package org.armlib.aws.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an exception of the SDK means: what was wrong, what to do, and whether to try again. */
class AwsFailuresTest {

    @Test
    void a_refusal_that_a_person_must_mend_is_told_with_what_to_do_and_not_to_be_tried_again() {
        Map<String, String> advice = Map.of(
                "AccessDeniedException", "policy",
                "AccessDenied", "policy",
                "UnrecognizedClientException", "credentials are not valid",
                "SignatureDoesNotMatch", "credentials are not valid",
                "RequestTimeTooSkewed", "clock");
        advice.forEach((code, said) -> {
            SdkException e = service(400, code, "not so");

            assertThat(AwsFailures.explain(e)).startsWith(code + ": not so").contains(said);
            assertThat(AwsFailures.isRetryable(e)).as(code).isFalse();
        });
    }

    @Test
    void trouble_of_the_service_is_to_be_tried_again() {
        assertThat(AwsFailures.isRetryable(service(500, "InternalServerError", "sorry")))
                .isTrue();
        assertThat(AwsFailures.isRetryable(service(503, "SlowDown", "sorry"))).isTrue();
        assertThat(AwsFailures.isRetryable(service(400, "ThrottlingException", "sorry")))
                .isTrue();
        assertThat(AwsFailures.isRetryable(service(400, "ProvisionedThroughputExceededException", "sorry")))
                .isTrue();
        assertThat(AwsFailures.isRetryable(service(400, "ExpiredTokenException", "old")))
                .isTrue();
    }

    @Test
    void an_error_without_a_code_is_told_by_its_status() {
        AwsServiceException e = AwsServiceException.builder()
                .statusCode(418)
                .message("no tea here")
                .build();

        assertThat(AwsFailures.explain(e)).startsWith("HTTP status 418").contains("no tea here");
        assertThat(AwsFailures.code(e)).isEmpty();
    }

    @Test
    void a_host_that_is_not_there_points_to_the_settings_and_may_come_back() {
        SdkClientException e =
                SdkClientException.create("Unable to execute HTTP request", new UnknownHostException("nowhere"));

        assertThat(AwsFailures.explain(e)).contains("nowhere").contains("'endpoint'");
        assertThat(AwsFailures.isRetryable(e)).isTrue();
    }

    @Test
    void missing_credentials_and_regions_are_told_with_the_places_to_put_them() {
        SdkClientException credentials =
                SdkClientException.create("Unable to load credentials from any of the providers in the chain ...");
        SdkClientException region =
                SdkClientException.create("Unable to load region from any of the providers in the chain ...");

        assertThat(AwsFailures.explain(credentials)).contains("AWS_ACCESS_KEY_ID");
        assertThat(AwsFailures.explain(region)).contains("'region'").contains("AWS_REGION");
        assertThat(AwsFailures.isRetryable(credentials)).isFalse();
        assertThat(AwsFailures.isRetryable(region)).isFalse();
    }

    private static SdkException service(int status, String code, String message) {
        return AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }
}
