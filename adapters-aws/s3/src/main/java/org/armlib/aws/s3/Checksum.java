package org.armlib.aws.s3;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** By what the store checks bytes before it says that it has them: one of the two. */
record Checksum(@Nullable String crc32, @Nullable String md5) {

    static Checksum of(Checksums kind, byte[] bytes, int offset, int count) {
        return switch (kind) {
            case WHEN_SUPPORTED -> {
                CRC32 crc = new CRC32();
                crc.update(bytes, offset, count);
                yield new Checksum(
                        base64(ByteBuffer.allocate(Integer.BYTES)
                                .putInt((int) crc.getValue())
                                .array()),
                        null);
            }
            case WHEN_REQUIRED -> {
                MessageDigest digest = newMd5();
                digest.update(bytes, offset, count);
                yield new Checksum(null, base64(digest.digest()));
            }
        };
    }

    /** The first bytes of an array, not copied, to be sent as often as it takes. */
    static RequestBody body(byte[] bytes, int count) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, count), count, "application/octet-stream");
    }

    void on(PutObjectRequest.Builder put) {
        put.checksumCRC32(crc32).contentMD5(md5);
    }

    void on(UploadPartRequest.Builder piece) {
        piece.checksumCRC32(crc32).contentMD5(md5);
    }

    void on(CompletedPart.Builder piece) {
        piece.checksumCRC32(crc32);
    }

    /** Holds what the store says it has to what was sent; a store that says nothing has compared by itself. */
    void compare(String key, @Nullable String answered) {
        if (crc32 != null && answered != null && !crc32.equals(answered)) {
            throw SdkClientException.create("the store has CRC32 " + answered + " of '" + key + "', sent was " + crc32);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static MessageDigest newMd5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }
}
