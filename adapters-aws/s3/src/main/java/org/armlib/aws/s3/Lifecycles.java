package org.armlib.aws.s3;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.armlib.aws.client.AwsFailures;
import org.armlib.domain.CachePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The bucket's lifecycle rules, a backstop: the store removes the parts of temporary results, a day after they are not
 * found any more, and uploads that did not end.
 */
final class Lifecycles {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycles.class);

    private Lifecycles() {}

    /** Does what the settings say. */
    static void apply(S3Client client, S3CacheSettings settings) {
        switch (settings.lifecycle()) {
            case LEAVE -> {}
            case PRINT ->
                LOG.info(
                        "The lifecycle rules for the bucket '{}', to be added to those it has:\n{}",
                        settings.bucket(),
                        json(settings));
            case INSTALL -> install(client, settings);
        }
    }

    /** In the form that {@code aws s3api put-bucket-lifecycle-configuration} takes. */
    static String json(S3CacheSettings settings) {
        return rules(settings).stream()
                .map(Lifecycles::json)
                .collect(Collectors.joining(",\n", "{\"Rules\": [\n", "\n]}\n"));
    }

    private static String json(LifecycleRule rule) {
        String does = rule.expiration() != null
                ? "\"Expiration\": {\"Days\": " + rule.expiration().days() + "}"
                : "\"AbortIncompleteMultipartUpload\": {\"DaysAfterInitiation\": "
                        + rule.abortIncompleteMultipartUpload().daysAfterInitiation() + "}";
        return "  {\"ID\": \"" + rule.id() + "\", \"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \""
                + rule.filter().prefix() + "\"}, " + does + "}";
    }

    private static List<LifecycleRule> rules(S3CacheSettings settings) {
        Layout layout = new Layout(settings.prefix());
        return List.of(
                LifecycleRule.builder()
                        .id("armlib-temporary-" + settings.prefix())
                        .status(ExpirationStatus.ENABLED)
                        .filter(filter -> filter.prefix(layout.area(CachePolicy.TEMPORARY)))
                        // A part may be stored a day before its result is published.
                        .expiration(expiration -> expiration.days(days(settings.temporaryExpiry()) + 1))
                        .build(),
                LifecycleRule.builder()
                        .id("armlib-uploads-" + settings.prefix())
                        .status(ExpirationStatus.ENABLED)
                        .filter(filter -> filter.prefix(settings.prefix()))
                        .abortIncompleteMultipartUpload(
                                abort -> abort.daysAfterInitiation(days(settings.staleUploadExpiry())))
                        .build());
    }

    private static int days(Duration time) {
        return (int) time.plusDays(1).minusNanos(1).toDays();
    }

    private static void install(S3Client client, S3CacheSettings settings) {
        List<LifecycleRule> ours = rules(settings);
        List<LifecycleRule> there = installed(client, settings.bucket());
        if (!there.containsAll(ours)) {
            List<String> ids = ours.stream().map(LifecycleRule::id).toList();
            List<LifecycleRule> all = new ArrayList<>(ours);
            there.stream().filter(rule -> !ids.contains(rule.id())).forEach(all::add);
            client.putBucketLifecycleConfiguration(
                    put -> put.bucket(settings.bucket()).lifecycleConfiguration(rules -> rules.rules(all)));
        }
    }

    private static List<LifecycleRule> installed(S3Client client, String bucket) {
        try {
            return client.getBucketLifecycleConfiguration(get -> get.bucket(bucket))
                    .rules();
        } catch (S3Exception e) {
            if (e.statusCode() == 404 && !AwsFailures.code(e).equals("NoSuchBucket")) {
                return List.of();
            }
            throw e;
        }
    }
}
