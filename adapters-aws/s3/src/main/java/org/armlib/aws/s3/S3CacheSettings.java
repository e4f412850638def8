package org.armlib.aws.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.armlib.content.Compression;
import org.armlib.domain.InvalidRequestException;

/**
 * Where in S3 a cache lies and how it stores. {@link #of} gives the usual settings of a bucket, the methods {@code with...}
 * change one thing each.
 *
 * @param bucket the bucket's name
 * @param prefix how the names of all objects begin, so that several caches share a bucket: empty, or ending in a slash
 * @param pathStyle whether the bucket is named in the path of a URL instead of the host, as other stores want it
 * @param compression how results are stored from now on
 * @param encryption how the store is asked to encrypt
 * @param storageClasses what the store is asked to keep parts on
 * @param checksums how the store is made to check what it gets
 * @param publicUrl where the objects are served to the public, for the locations of results; ends in a slash
 * @param presign how long a location is valid without credentials; empty for locations that need them
 * @param createBucket whether to make the bucket if it is missing
 * @param lifecycle what to do about the lifecycle rules
 * @param temporaryExpiry after which time a temporary result is not found any more, at least a day
 * @param staleUploadExpiry after which time the lifecycle rule removes an upload that did not end, at least a day
 * @param freshness how long a process uses what it knows of epoch and purges without asking; a purge takes as long.
 *     The same for all processes of a cache. Zero asks each time, which costs a call more for each find and commit
 */
public record S3CacheSettings(
        String bucket,
        String prefix,
        boolean pathStyle,
        Compression compression,
        Encryption encryption,
        StorageClasses storageClasses,
        Checksums checksums,
        Optional<URI> publicUrl,
        Optional<Duration> presign,
        boolean createBucket,
        Lifecycle lifecycle,
        Duration temporaryExpiry,
        Duration staleUploadExpiry,
        Duration freshness) {

    /** The longest that a presigned URL is valid. */
    public static final Duration LONGEST_PRESIGN = Duration.ofDays(7);

    /** The longest that a process may use what it knows of epoch and purges. */
    public static final Duration LONGEST_FRESHNESS = Duration.ofMinutes(1);

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX = Pattern.compile("|[A-Za-z0-9!_.'()-][A-Za-z0-9!_.'()/-]{0,254}/");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(3650);

    /** @throws InvalidRequestException naming the setting that is not allowed, and what is */
    public S3CacheSettings {
        require(
                "bucket",
                BUCKET.matcher(bucket).matches(),
                "'" + bucket + "' is no bucket's name: 3 to 63 of a-z, 0-9, dot and hyphen");
        require(
                "prefix",
                PREFIX.matcher(prefix).matches() && !prefix.contains("//"),
                "'" + prefix + "' is not empty, nor a path of A-Z a-z 0-9 ! _ . ' ( ) - that ends in a slash");
        publicUrl.ifPresent(url -> require(
                "public-url",
                url.toString().endsWith("/") && url.getQuery() == null && url.getFragment() == null,
                "'" + url + "' does not end in a slash"));
        presign.ifPresent(time -> requireWithin("presign", time, Duration.ofSeconds(1), LONGEST_PRESIGN));
        requireWithin("temporary-expiry", temporaryExpiry, DAY, LONGEST_EXPIRY);
        requireWithin("stale-upload-expiry", staleUploadExpiry, DAY, LONGEST_EXPIRY);
        requireWithin("freshness", freshness, Duration.ZERO, LONGEST_FRESHNESS);
    }

    /** The usual settings of a bucket, which is there. */
    public static S3CacheSettings of(String bucket) {
        return new S3CacheSettings(
                bucket,
                "",
                false,
                Compression.NONE,
                Encryption.OF_THE_BUCKET,
                StorageClasses.STANDARD,
                Checksums.WHEN_SUPPORTED,
                Optional.empty(),
                Optional.empty(),
                false,
                Lifecycle.LEAVE,
                Duration.ofDays(30),
                Duration.ofDays(7),
                Duration.ofSeconds(1));
    }

    /** These settings, with names that begin so. */
    public S3CacheSettings withPrefix(String prefix) {
        return with(draft -> draft.prefix = prefix);
    }

    /** These settings, with the bucket in the path, or in the host. */
    public S3CacheSettings withPathStyle(boolean pathStyle) {
        return with(draft -> draft.pathStyle = pathStyle);
    }

    /** These settings, with results stored so from now on. */
    public S3CacheSettings withCompression(Compression compression) {
        return with(draft -> draft.compression = compression);
    }

    /** These settings, with what is stored encrypted so. */
    public S3CacheSettings withEncryption(Encryption encryption) {
        return with(draft -> draft.encryption = encryption);
    }

    /** These settings, with parts kept so. */
    public S3CacheSettings withStorageClasses(StorageClasses storageClasses) {
        return with(draft -> draft.storageClasses = storageClasses);
    }

    /** These settings, with what is stored checked so. */
    public S3CacheSettings withChecksums(Checksums checksums) {
        return with(draft -> draft.checksums = checksums);
    }

    /** These settings, with locations below a public URL. */
    public S3CacheSettings withPublicUrl(URI publicUrl) {
        return with(draft -> draft.publicUrl = Optional.of(publicUrl));
    }

    /** These settings, with locations that are valid so long without credentials. */
    public S3CacheSettings withPresign(Duration presign) {
        return with(draft -> draft.presign = Optional.of(presign));
    }

    /** These settings, with the bucket made if it is missing, or not. */
    public S3CacheSettings withCreateBucket(boolean createBucket) {
        return with(draft -> draft.createBucket = createBucket);
    }

    /** These settings, with the lifecycle rules installed, printed or left alone. */
    public S3CacheSettings withLifecycle(Lifecycle lifecycle) {
        return with(draft -> draft.lifecycle = lifecycle);
    }

    /** These settings, with temporary results found so long at most. */
    public S3CacheSettings withTemporaryExpiry(Duration temporaryExpiry) {
        return with(draft -> draft.temporaryExpiry = temporaryExpiry);
    }

    /** These settings, with uploads that do not end removed after so long. */
    public S3CacheSettings withStaleUploadExpiry(Duration staleUploadExpiry) {
        return with(draft -> draft.staleUploadExpiry = staleUploadExpiry);
    }

    /** These settings, with epoch and purges asked for as often. */
    public S3CacheSettings withFreshness(Duration freshness) {
        return with(draft -> draft.freshness = freshness);
    }

    private static void requireWithin(String setting, Duration time, Duration min, Duration max) {
        require(
                setting,
                time.compareTo(min) >= 0 && time.compareTo(max) <= 0,
                time + " is not from " + min + " to " + max);
    }

    private static void require(String setting, boolean allowed, String problem) {
        if (!allowed) {
            throw new InvalidRequestException(setting, problem);
        }
    }

    private S3CacheSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Settings in the making. */
    private static final class Draft {
        private String bucket;
        private String prefix;
        private boolean pathStyle;
        private Compression compression;
        private Encryption encryption;
        private StorageClasses storageClasses;
        private Checksums checksums;
        private Optional<URI> publicUrl;
        private Optional<Duration> presign;
        private boolean createBucket;
        private Lifecycle lifecycle;
        private Duration temporaryExpiry;
        private Duration staleUploadExpiry;
        private Duration freshness;

        Draft(S3CacheSettings settings) {
            this.bucket = settings.bucket;
            this.prefix = settings.prefix;
            this.pathStyle = settings.pathStyle;
            this.compression = settings.compression;
            this.encryption = settings.encryption;
            this.storageClasses = settings.storageClasses;
            this.checksums = settings.checksums;
            this.publicUrl = settings.publicUrl;
            this.presign = settings.presign;
            this.createBucket = settings.createBucket;
            this.lifecycle = settings.lifecycle;
            this.temporaryExpiry = settings.temporaryExpiry;
            this.staleUploadExpiry = settings.staleUploadExpiry;
            this.freshness = settings.freshness;
        }

        S3CacheSettings settings() {
            return new S3CacheSettings(
                    bucket,
                    prefix,
                    pathStyle,
                    compression,
                    encryption,
                    storageClasses,
                    checksums,
                    publicUrl,
                    presign,
                    createBucket,
                    lifecycle,
                    temporaryExpiry,
                    staleUploadExpiry,
                    freshness);
        }
    }
}
