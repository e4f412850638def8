package org.armlib.aws.s3;

import java.util.Optional;
import org.armlib.domain.InvalidRequestException;

/**
 * How the store is asked to encrypt what it keeps.
 *
 * @param method who holds the key
 * @param keyId which key of KMS, by id, ARN or alias; the account's default key unless given
 * @param bucketKey whether one call of KMS serves many objects
 */
public record Encryption(Method method, Optional<String> keyId, boolean bucketKey) {
    /** As the bucket's own setting says: since 2023, Amazon S3 encrypts everything by keys of its own. */
    public static final Encryption OF_THE_BUCKET = new Encryption(Method.NONE, Optional.empty(), false);

    /** Who holds the key. */
    public enum Method {
        /** The bucket's setting decides. */
        NONE,
        /** Amazon S3: {@code AES256}. */
        AES256,
        /** The key management service: {@code aws:kms}. */
        AWS_KMS
    }

    /** @throws InvalidRequestException if a key is named that the method does not use */
    public Encryption {
        if (method != Method.AWS_KMS && (keyId.isPresent() || bucketKey)) {
            throw new InvalidRequestException(
                    keyId.isPresent() ? "kms-key" : "kms-bucket-key", "goes with encryption = aws-kms alone");
        }
    }
}
