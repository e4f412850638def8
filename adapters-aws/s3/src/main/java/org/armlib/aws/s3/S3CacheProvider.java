package org.armlib.aws.s3;

import com.google.inject.Module;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.armlib.aws.client.AwsSettings;
import org.armlib.content.Compression;
import org.armlib.domain.InvalidRequestException;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The cache {@code s3}. */
public final class S3CacheProvider implements AdapterProvider {
    private static final S3CacheSettings DEFAULT = S3CacheSettings.of("any");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(3650);

    /** Which bucket. */
    public static final Setting<String> BUCKET =
            Setting.text("bucket", "the bucket in which the results lie").required();

    /** How names begin. */
    public static final Setting<String> PREFIX = Setting.text(
                    "prefix",
                    "how the names of all objects begin, with a slash at the end, so that caches share a bucket")
            .withDefault(DEFAULT.prefix());

    /** Where the bucket is named. */
    public static final Setting<Boolean> PATH_STYLE = Setting.flag(
                    "path-style",
                    "name the bucket in the path of URLs instead of the host, as many other stores want it")
            .withDefault(DEFAULT.pathStyle());

    /** How results are stored. */
    public static final Setting<Compression> COMPRESSION = Setting.choice(
                    "compression", "how results are stored from now on", Compression.class)
            .withDefault(DEFAULT.compression());

    /** Who holds the key. */
    public static final Setting<Encryption.Method> ENCRYPTION = Setting.choice(
                    "encryption",
                    "how the store is asked to encrypt; none leaves it to the bucket",
                    Encryption.Method.class)
            .withDefault(DEFAULT.encryption().method());

    /** Which key. */
    public static final Setting<String> KMS_KEY = Setting.text(
            "kms-key",
            "id, ARN or alias of the key, with encryption = aws-kms; the account's default key unless given");

    /** How often KMS is asked. */
    public static final Setting<Boolean> KMS_BUCKET_KEY = Setting.flag(
                    "kms-bucket-key", "let one call of KMS serve many objects, with encryption = aws-kms")
            .withDefault(false);

    /** What temporary results are kept on. */
    public static final Setting<String> TEMPORARY_STORAGE_CLASS = Setting.text(
                    "temporary-storage-class", "Amazon S3's storage class of temporary results")
            .withDefault(DEFAULT.storageClasses().temporary());

    /** What persistent results are kept on. */
    public static final Setting<String> PERSISTENT_STORAGE_CLASS = Setting.text(
                    "persistent-storage-class", "Amazon S3's storage class of persistent results, such as STANDARD_IA")
            .withDefault(DEFAULT.storageClasses().persistent());

    /** How the store checks. */
    public static final Setting<Checksums> CHECKSUMS = Setting.choice(
                    "checksums",
                    "how the store checks what it gets: by CRC32, or, for older stores, by Content-MD5 (when-required)",
                    Checksums.class)
            .withDefault(DEFAULT.checksums());

    /** Where results are public. */
    public static final Setting<URI> PUBLIC_URL = Setting.httpUri(
            "public-url",
            "URL, with a slash at the end, at which the bucket is served; locations of results are below it");

    /** How long locations are valid. */
    public static final Setting<Duration> PRESIGN = Setting.duration(
            "presign",
            "make the locations of results URLs that are valid so long without credentials; s3: URIs unless given",
            Duration.ofSeconds(1),
            S3CacheSettings.LONGEST_PRESIGN);

    /** Whether to make the bucket. */
    public static final Setting<Boolean> CREATE_BUCKET = Setting.flag(
                    "create-bucket", "make the bucket at the start if it is missing")
            .withDefault(DEFAULT.createBucket());

    /** What to do about lifecycle rules. */
    public static final Setting<Lifecycle> LIFECYCLE = Setting.choice(
                    "lifecycle",
                    "what to do at the start about the rules by which the store removes leftovers",
                    Lifecycle.class)
            .withDefault(DEFAULT.lifecycle());

    /** How long temporary results are found. */
    public static final Setting<Duration> TEMPORARY_EXPIRY = Setting.duration(
                    "temporary-expiry",
                    "after which time a temporary result is not found any more, purged or not",
                    DAY,
                    LONGEST_EXPIRY)
            .withDefault(DEFAULT.temporaryExpiry());

    /** How long uploads may take. */
    public static final Setting<Duration> STALE_UPLOAD_EXPIRY = Setting.duration(
                    "stale-upload-expiry",
                    "after which time the lifecycle rule removes an upload that did not end",
                    DAY,
                    LONGEST_EXPIRY)
            .withDefault(DEFAULT.staleUploadExpiry());

    /** How long a process uses what it knows. */
    public static final Setting<Duration> FRESHNESS = Setting.duration(
                    "freshness",
                    "how long a process uses what it knows of purges without asking, the same for all; purges take as long",
                    Duration.ZERO,
                    S3CacheSettings.LONGEST_FRESHNESS)
            .withDefault(DEFAULT.freshness());

    /** Found by {@link java.util.ServiceLoader}. */
    public S3CacheProvider() {}

    @Override
    public PortType port() {
        return PortType.CACHE;
    }

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.concat(
                        Stream.of(BUCKET, PREFIX),
                        Stream.concat(
                                AwsSettings.ALL.stream(),
                                Stream.of(
                                        PATH_STYLE,
                                        COMPRESSION,
                                        ENCRYPTION,
                                        KMS_KEY,
                                        KMS_BUCKET_KEY,
                                        TEMPORARY_STORAGE_CLASS,
                                        PERSISTENT_STORAGE_CLASS,
                                        CHECKSUMS,
                                        PUBLIC_URL,
                                        PRESIGN,
                                        CREATE_BUCKET,
                                        LIFECYCLE,
                                        TEMPORARY_EXPIRY,
                                        STALE_UPLOAD_EXPIRY,
                                        FRESHNESS)))
                .toList();
    }

    @Override
    public Module module(Settings settings) {
        return new S3CacheModule(AwsSettings.access(settings), cacheSettings(settings));
    }

    private static S3CacheSettings cacheSettings(Settings settings) {
        try {
            return new S3CacheSettings(
                    settings.get(BUCKET),
                    settings.get(PREFIX),
                    settings.get(PATH_STYLE),
                    settings.get(COMPRESSION),
                    new Encryption(settings.get(ENCRYPTION), settings.find(KMS_KEY), settings.get(KMS_BUCKET_KEY)),
                    new StorageClasses(settings.get(TEMPORARY_STORAGE_CLASS), settings.get(PERSISTENT_STORAGE_CLASS)),
                    settings.get(CHECKSUMS),
                    settings.find(PUBLIC_URL),
                    settings.find(PRESIGN),
                    settings.get(CREATE_BUCKET),
                    settings.get(LIFECYCLE),
                    settings.get(TEMPORARY_EXPIRY),
                    settings.get(STALE_UPLOAD_EXPIRY),
                    settings.get(FRESHNESS));
        } catch (InvalidRequestException e) {
            // The field bears the name of the setting, and the message begins with it.
            String begin = e.field() + ": ";
            throw new InvalidSettingException(
                    e.field(), String.valueOf(e.getMessage()).substring(begin.length()));
        }
    }
}
