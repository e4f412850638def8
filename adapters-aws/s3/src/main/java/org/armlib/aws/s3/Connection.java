package org.armlib.aws.s3;

import java.util.List;
import java.util.Optional;
import org.armlib.aws.AwsAccess;
import org.armlib.aws.client.AwsClients;
import org.armlib.aws.client.AwsFailures;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The client, and what signs addresses for others, after a look whether the bucket can be used. */
record Connection(S3Client client, S3Presigner presigner) implements AutoCloseable {

    static Connection open(
            AwsAccess access, S3CacheSettings settings, List<? extends ExecutionInterceptor> interceptors) {
        String place = "s3://" + settings.bucket() + "/" + settings.prefix();
        try {
            S3ClientBuilder builder = S3Client.builder()
                    .serviceConfiguration(configuration(settings))
                    .putAuthScheme(new UnsignedPayload());
            if (settings.checksums() == Checksums.WHEN_REQUIRED) {
                builder.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .addPlugin(LegacyMd5Plugin.create());
            }
            S3Client client = AwsClients.build(builder, access, interceptors);
            boolean usable = false;
            try {
                checkBucket(client, settings);
                Lifecycles.apply(client, settings);
                S3Presigner presigner = presigner(client, access, settings);
                usable = true;
                return new Connection(client, presigner);
            } finally {
                if (!usable) {
                    client.close();
                }
            }
        } catch (SdkException e) {
            throw Failures.of("open", Optional.empty(), place, e);
        }
    }

    private static S3Configuration configuration(S3CacheSettings settings) {
        return S3Configuration.builder()
                // Every piece is in memory, so its digest is known before it is sent: no store need understand chunks.
                .chunkedEncodingEnabled(false)
                .pathStyleAccessEnabled(settings.pathStyle())
                .build();
    }

    private static S3Presigner presigner(S3Client client, AwsAccess access, S3CacheSettings settings) {
        S3Presigner.Builder builder = S3Presigner.builder()
                .region(client.serviceClientConfiguration().region())
                .credentialsProvider(client.serviceClientConfiguration().credentialsProvider())
                .serviceConfiguration(configuration(settings));
        access.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static void checkBucket(S3Client client, S3CacheSettings settings) {
        try {
            client.headBucket(head -> head.bucket(settings.bucket()));
        } catch (NoSuchBucketException e) {
            if (!settings.createBucket()) {
                throw e;
            }
            createBucket(client, settings);
        }
    }

    private static void createBucket(S3Client client, S3CacheSettings settings) {
        String region = client.serviceClientConfiguration().region().id();
        CreateBucketRequest.Builder create = CreateBucketRequest.builder().bucket(settings.bucket());
        if (!region.equals("us-east-1")) {
            create.createBucketConfiguration(configuration -> configuration.locationConstraint(region));
        }
        try {
            client.createBucket(create.build());
        } catch (BucketAlreadyOwnedByYouException e) {
            // Another process was first.
        } catch (SdkException e) {
            if (!AwsFailures.code(e).equals("OperationAborted")) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }
}
