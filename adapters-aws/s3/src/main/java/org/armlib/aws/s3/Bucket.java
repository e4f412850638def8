package org.armlib.aws.s3;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.armlib.aws.client.AwsFailures;
import org.armlib.aws.client.Uninterrupted;
import org.armlib.domain.CachePolicy;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The calls of S3 that the cache makes. Done although the thread is interrupted, but for the upload and the reading of
 * parts, which an interruption ends. Exceptions are the SDK's.
 */
final class Bucket {
    /** The most that one call of DeleteObjects takes. */
    static final int DELETE_BATCH = 1000;

    /** How often objects whose deletion failed on the store's side are tried again. */
    private static final int DELETE_TRIES = 8;

    private static final long LONGEST_COPY = 5L << 30;
    private static final long COPY_PIECE = 1L << 30;
    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final String JSON = "application/json";

    private final S3Client client;
    private final S3CacheSettings settings;
    private final String name;
    private final long longestCopy;
    private final long copyPiece;

    Bucket(S3Client client, S3CacheSettings settings) {
        this(client, settings, LONGEST_COPY, COPY_PIECE);
    }

    /** With the most that one CopyObject takes, and the pieces in which more is copied. */
    Bucket(S3Client client, S3CacheSettings settings, long longestCopy, long copyPiece) {
        this.longestCopy = longestCopy;
        this.copyPiece = copyPiece;
        this.client = client;
        this.settings = settings;
        this.name = settings.bucket();
    }

    /** A small object, as it was when it had that entity tag, and when it was written, by the store's clock. */
    record Text(String content, String etag, Instant modified) {}

    /** An object in a list. */
    record Listed(String key, Instant modified, long size, String etag) {}

    Optional<Text> read(String key) {
        try {
            return Uninterrupted.call(() -> {
                var response = client.getObjectAsBytes(get -> get.bucket(name).key(key));
                return Optional.of(new Text(
                        response.asUtf8String(),
                        response.response().eTag(),
                        response.response().lastModified()));
            });
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    /** Writes a small object if there is none of that name; says whether it did. */
    boolean create(String key, String content) {
        return put(key, content, put -> put.ifNoneMatch("*"));
    }

    /** Writes a small object in place of one with that entity tag; says whether it did. */
    boolean replace(String key, String etag, String content) {
        return put(key, content, put -> put.ifMatch(etag));
    }

    private boolean put(String key, String content, java.util.function.Consumer<PutObjectRequest.Builder> condition) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return happens(() -> {
            PutObjectRequest.Builder put =
                    PutObjectRequest.builder().bucket(name).key(key).contentType(JSON);
            encrypt(put::serverSideEncryption, put::ssekmsKeyId, put::bucketKeyEnabled);
            Checksum.of(settings.checksums(), bytes, 0, bytes.length).on(put);
            condition.accept(put);
            return client.putObject(put.build(), RequestBody.fromBytes(bytes));
        });
    }

    /** Deletes an object if it has that entity tag; says whether it did. */
    boolean delete(String key, String etag) {
        return happens(
                () -> client.deleteObject(delete -> delete.bucket(name).key(key).ifMatch(etag)));
    }

    /** Whether a conditional call took effect: not if another was first, or is at work at the same time. */
    private static boolean happens(Supplier<?> call) {
        try {
            Uninterrupted.call(call);
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT || e.statusCode() == 404) {
                if (AwsFailures.code(e).equals("NoSuchBucket")) {
                    throw e;
                }
                return false;
            }
            throw e;
        }
    }

    /**
     * Deletes objects, whether or not they are there.
     *
     * @throws PartlyDeletedException if some could not be deleted
     */
    void delete(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        List<S3Error> failed = new ArrayList<>();
        for (int from = 0; from < all.size(); from += DELETE_BATCH) {
            failed.addAll(deleteBatch(all.subList(from, Math.min(all.size(), from + DELETE_BATCH))));
        }
        if (!failed.isEmpty()) {
            throw new PartlyDeletedException(failed, all.size());
        }
    }

    private List<S3Error> deleteBatch(List<String> batch) {
        List<String> keys = batch;
        for (int tries = 1; !keys.isEmpty(); tries++) {
            List<ObjectIdentifier> objects = keys.stream()
                    .map(key -> ObjectIdentifier.builder().key(key).build())
                    .toList();
            DeleteObjectsResponse response = Uninterrupted.call(() -> client.deleteObjects(delete ->
                    delete.bucket(name).delete(these -> these.objects(objects).quiet(true))));
            List<S3Error> errors = response.errors();
            if (!errors.isEmpty() && (tries == DELETE_TRIES || !errors.stream().allMatch(Bucket::isTransient))) {
                return errors;
            }
            keys = errors.stream().map(S3Error::key).toList();
            if (!keys.isEmpty()) {
                Pause.beforeTry(tries);
            }
        }
        return List.of();
    }

    private static boolean isTransient(S3Error error) {
        return "InternalError".equals(error.code())
                || "SlowDown".equals(error.code())
                || "ServiceUnavailable".equals(error.code());
    }

    /** The objects whose names begin so, in the order of their names, from after one on; asked for page by page. */
    Iterator<Listed> list(String prefix, String after) {
        ListObjectsV2Request.Builder list =
                ListObjectsV2Request.builder().bucket(name).prefix(prefix);
        if (!after.isEmpty()) {
            list.startAfter(after);
        }
        return new Pages<Listed, String>(token -> Uninterrupted.call(() -> {
            var page = client.listObjectsV2(
                    token == null ? list.build() : list.continuationToken(token).build());
            return new Pages.Page<>(
                    page.contents().stream().map(Bucket::listed).toList(),
                    Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null);
        }));
    }

    private static Listed listed(S3Object object) {
        return new Listed(object.key(), object.lastModified(), object.size(), object.eTag());
    }

    /** Whether there is an object, and how long it is. */
    Optional<Long> length(String key) {
        try {
            HeadObjectResponse head = Uninterrupted.call(
                    () -> client.headObject(h -> h.bucket(name).key(key)));
            return Optional.of(head.contentLength());
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    /** The content of an object from an offset on, if it still has the entity tag; null for whatever it has. */
    ResponseInputStream<GetObjectResponse> open(String key, long from, @Nullable String etag) {
        GetObjectRequest.Builder get = GetObjectRequest.builder().bucket(name).key(key);
        if (from > 0) {
            get.range("bytes=" + from + "-");
        }
        if (etag != null) {
            get.ifMatch(etag);
        }
        return client.getObject(get.build());
    }

    /** Writes a part of a result in one call. */
    void putPart(PartName part, byte[] bytes, int count) {
        PutObjectRequest.Builder put = PutObjectRequest.builder()
                .bucket(name)
                .key(part.key())
                .contentType(part.mediaType())
                .contentEncoding(part.contentEncoding())
                .storageClass(storageClass(part.area()));
        encrypt(put::serverSideEncryption, put::ssekmsKeyId, put::bucketKeyEnabled);
        Checksum checksum = Checksum.of(settings.checksums(), bytes, 0, count);
        checksum.on(put);
        PutObjectResponse response = client.putObject(put.build(), Checksum.body(bytes, count));
        checksum.compare(part.key(), response.checksumCRC32());
    }

    /** Begins to write a part of a result piece by piece; gives the upload's id. */
    String beginUpload(PartName part) {
        return Uninterrupted.call(() -> {
            CreateMultipartUploadRequest.Builder create = CreateMultipartUploadRequest.builder()
                    .bucket(name)
                    .key(part.key())
                    .contentType(part.mediaType())
                    .contentEncoding(part.contentEncoding())
                    .storageClass(storageClass(part.area()));
            encrypt(create::serverSideEncryption, create::ssekmsKeyId, create::bucketKeyEnabled);
            if (settings.checksums() == Checksums.WHEN_SUPPORTED) {
                create.checksumAlgorithm(ChecksumAlgorithm.CRC32);
            }
            return client.createMultipartUpload(create.build()).uploadId();
        });
    }

    CompletedPart uploadPiece(PartName part, String upload, int number, byte[] bytes, int count) {
        Checksum checksum = Checksum.of(settings.checksums(), bytes, 0, count);
        UploadPartResponse response = client.uploadPart(
                piece -> {
                    piece.bucket(name).key(part.key()).uploadId(upload).partNumber(number);
                    checksum.on(piece);
                },
                Checksum.body(bytes, count));
        checksum.compare(part.key(), response.checksumCRC32());
        CompletedPart.Builder completed =
                CompletedPart.builder().partNumber(number).eTag(response.eTag());
        checksum.on(completed);
        return completed.build();
    }

    /**
     * Makes the pieces one object. An answer that was lost is not told from a failure by the upload, which is gone then,
     * but by the object.
     */
    void completeUpload(String key, String upload, List<CompletedPart> pieces, long length) {
        try {
            Uninterrupted.call(() -> client.completeMultipartUpload(complete ->
                    complete.bucket(name).key(key).uploadId(upload).multipartUpload(all -> all.parts(pieces))));
        } catch (NoSuchUploadException e) {
            if (!length(key).equals(Optional.of(length))) {
                throw e;
            }
        }
    }

    /** Gives an upload up, if it is there. */
    void abortUpload(String key, String upload) {
        try {
            Uninterrupted.call(() -> client.abortMultipartUpload(AbortMultipartUploadRequest.builder()
                    .bucket(name)
                    .key(key)
                    .uploadId(upload)
                    .build()));
        } catch (NoSuchUploadException e) {
            // Given up or completed already.
        }
    }

    /** The uploads that have not ended, of objects whose names begin so. */
    Iterator<MultipartUpload> uploads(String prefix) {
        return new Pages<MultipartUpload, ListMultipartUploadsResponse>(after -> Uninterrupted.call(() -> {
            ListMultipartUploadsResponse page = client.listMultipartUploads(list -> {
                list.bucket(name).prefix(prefix);
                if (after != null) {
                    list.keyMarker(after.nextKeyMarker()).uploadIdMarker(after.nextUploadIdMarker());
                }
            });
            return new Pages.Page<>(page.uploads(), Boolean.TRUE.equals(page.isTruncated()) ? page : null);
        }));
    }

    /** The room that the pieces of an upload take. */
    long uploadedLength(String key, String upload) {
        Iterator<Part> pieces = new Pages<Part, Integer>(after -> Uninterrupted.call(() -> {
            var page = client.listParts(list -> {
                list.bucket(name).key(key).uploadId(upload);
                if (after != null) {
                    list.partNumberMarker(after);
                }
            });
            return new Pages.Page<>(
                    page.parts(), Boolean.TRUE.equals(page.isTruncated()) ? page.nextPartNumberMarker() : null);
        }));
        long length = 0;
        while (pieces.hasNext()) {
            length += pieces.next().size();
        }
        return length;
    }

    /** Copies an object within the bucket; says whether it was there. */
    boolean copy(String from, PartName to, long length) {
        try {
            if (length > longestCopy) {
                copyInPieces(from, to, length);
            } else {
                Uninterrupted.call(() -> {
                    CopyObjectRequest.Builder copy = CopyObjectRequest.builder()
                            .sourceBucket(name)
                            .sourceKey(from)
                            .destinationBucket(name)
                            .destinationKey(to.key())
                            .storageClass(storageClass(to.area()));
                    encrypt(copy::serverSideEncryption, copy::ssekmsKeyId, copy::bucketKeyEnabled);
                    return client.copyObject(copy.build());
                });
            }
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    private void copyInPieces(String from, PartName to, long length) {
        String upload = beginUpload(to);
        boolean completed = false;
        try {
            List<CompletedPart> pieces = new ArrayList<>();
            for (long at = 0; at < length; at += copyPiece) {
                String range = "bytes=" + at + "-" + (Math.min(length, at + copyPiece) - 1);
                int number = pieces.size() + 1;
                var result = Uninterrupted.call(() -> client.uploadPartCopy(copy -> copy.sourceBucket(name)
                                .sourceKey(from)
                                .destinationBucket(name)
                                .destinationKey(to.key())
                                .uploadId(upload)
                                .partNumber(number)
                                .copySourceRange(range)))
                        .copyPartResult();
                pieces.add(CompletedPart.builder()
                        .partNumber(number)
                        .eTag(result.eTag())
                        .checksumCRC32(result.checksumCRC32())
                        .build());
            }
            completeUpload(to.key(), upload, pieces, length);
            completed = true;
        } finally {
            if (!completed) {
                abortUpload(to.key(), upload);
            }
        }
    }

    private StorageClass storageClass(CachePolicy area) {
        return StorageClass.fromValue(
                switch (area) {
                    case TEMPORARY -> settings.storageClasses().temporary();
                    case STICKY -> settings.storageClasses().persistent();
                });
    }

    private void encrypt(
            java.util.function.Consumer<ServerSideEncryption> method,
            java.util.function.Consumer<String> key,
            java.util.function.Consumer<Boolean> bucketKey) {
        Encryption encryption = settings.encryption();
        switch (encryption.method()) {
            case NONE -> {}
            case AES256 -> method.accept(ServerSideEncryption.AES256);
            case AWS_KMS -> {
                method.accept(ServerSideEncryption.AWS_KMS);
                encryption.keyId().ifPresent(key);
                bucketKey.accept(encryption.bucketKey());
            }
        }
    }
}
