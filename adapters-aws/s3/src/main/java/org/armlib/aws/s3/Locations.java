package org.armlib.aws.s3;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.armlib.domain.InvalidRequestException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Where the parts of results are, for those who are told. */
final class Locations {
    private final S3CacheSettings settings;
    private final S3Presigner presigner;
    private final IdentityProvider<? extends AwsCredentialsIdentity> credentials;
    private final Clock clock;

    Locations(
            S3CacheSettings settings,
            S3Presigner presigner,
            IdentityProvider<? extends AwsCredentialsIdentity> credentials,
            Clock clock) {
        this.settings = settings;
        this.presigner = presigner;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** The cache, in a word. */
    String place() {
        return "s3://" + settings.bucket() + "/" + settings.prefix();
    }

    URI of(String key, String fileName) {
        if (settings.publicUrl().isPresent()) {
            return settings.publicUrl().get().resolve(key);
        }
        return settings.presign().isPresent()
                ? presign(key, fileName, settings.presign().get())
                : URI.create("s3://" + settings.bucket() + "/" + key);
    }

    URI presign(String key, String fileName, Duration validFor) {
        Duration time = bounded(validFor);
        return URI.create(presigner
                .presignGetObject(presign -> presign.signatureDuration(time)
                        .getObjectRequest(get -> get.bucket(settings.bucket())
                                .key(key)
                                .responseContentDisposition(disposition(fileName))))
                .url()
                .toString());
    }

    URI presignHead(String key, String fileName, Duration validFor) {
        Duration time = bounded(validFor);
        return URI.create(presigner
                .presignHeadObject(presign -> presign.signatureDuration(time)
                        .headObjectRequest(head -> head.bucket(settings.bucket())
                                .key(key)
                                .responseContentDisposition(disposition(fileName))))
                .url()
                .toString());
    }

    private static String disposition(String fileName) {
        return "attachment; filename=\"" + fileName + "\"";
    }

    private Duration bounded(Duration validFor) {
        if (validFor.compareTo(Duration.ofSeconds(1)) < 0 || validFor.compareTo(S3CacheSettings.LONGEST_PRESIGN) > 0) {
            throw new InvalidRequestException(
                    "validFor", "is " + validFor + "; from PT1S to " + S3CacheSettings.LONGEST_PRESIGN + " is allowed");
        }
        return expiry().map(end -> Duration.between(clock.instant(), end))
                .filter(left -> left.compareTo(validFor) < 0)
                .map(left -> left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left)
                .orElse(validFor);
    }

    /** When the credentials expire, if they do. */
    private Optional<Instant> expiry() {
        return credentials.resolveIdentity().join().expirationTime();
    }
}
