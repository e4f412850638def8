package org.armlib.aws.client;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.armlib.aws.AwsAccess;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;

/** How a client of the SDK is made: where it calls, as whom, how long it waits and how often it tries again. */
public final class AwsClients {
    /** How often a call is made before its error is told. */
    public static final int MAX_ATTEMPTS = 8;

    private static final int CONNECTIONS = 128;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(30);

    private AwsClients() {}

    /**
     * Sets up a client with an HTTP connection pool of its own, which closes with it.
     *
     * @param interceptors see every call, in this order
     */
    public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(
            B builder, AwsAccess access, List<? extends ExecutionInterceptor> interceptors) {
        access.region().map(Region::of).ifPresent(builder::region);
        access.endpoint().ifPresent(builder::endpointOverride);
        builder.httpClientBuilder(Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(SILENCE_TIMEOUT));
        Consumer<ClientOverrideConfiguration.Builder> overrides = configuration -> {
            configuration.retryStrategy(retries());
            interceptors.forEach(configuration::addExecutionInterceptor);
            access.profile().ifPresent(configuration::defaultProfileName);
        };
        access.profile().map(ProfileCredentialsProvider::create).ifPresent(builder::credentialsProvider);
        return builder.overrideConfiguration(overrides).build();
    }

    /**
     * Exponential, with full jitter; throttled calls wait longer, so that the service recovers. Each call has its tries:
     * without a circuit breaker, which would have a call fail at once because others failed before.
     */
    private static RetryStrategy retries() {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(MAX_ATTEMPTS)
                .circuitBreakerEnabled(false)
                .backoffStrategy(BackoffStrategy.exponentialDelay(Duration.ofMillis(50), Duration.ofSeconds(5)))
                .throttlingBackoffStrategy(
                        BackoffStrategy.exponentialDelay(Duration.ofMillis(200), Duration.ofSeconds(10)))
                .build();
    }
}
