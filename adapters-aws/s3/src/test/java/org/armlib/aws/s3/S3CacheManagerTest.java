package org.armlib.aws.s3;

import static org.armlib.aws.s3.Results.CSV;
import static org.armlib.aws.s3.Results.commit;
import static org.armlib.aws.s3.Results.found;
import static org.armlib.aws.s3.Results.leased;
import static org.armlib.aws.s3.Results.noise;
import static org.armlib.aws.s3.Results.read;
import static org.armlib.tck.CacheSamples.submission;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.armlib.content.Compression;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Cleared;
import org.armlib.ports.Commit;
import org.armlib.ports.Page;
import org.armlib.ports.Presigning;
import org.armlib.ports.ResultWriter;
import org.armlib.ports.Usage;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What the contract of caches does not say: calls, locations, headers, rules of the bucket. */
class S3CacheManagerTest {
    private final Counterpart proxy = Counterpart.proxy();

    @Test
    void a_small_result_takes_two_calls_to_publish_one_to_find_and_one_to_read() throws IOException {
        try (S3CacheManager cache = proxy.open(proxy.settings().withFreshness(Duration.ofMinutes(1)))) {
            commit(cache, leased("first"), noise(1, 3_000));
            double writes = writes(cache);
            double reads = reads(cache);

            commit(cache, leased("a"), noise(1, 3_000));
            assertThat(writes(cache) - writes).isEqualTo(2);
            assertThat(reads(cache) - reads).isZero();

            assertThat(cache.find(new RequestKey("a"))).isPresent();
            assertThat(reads(cache) - reads).isEqualTo(1);
            read(cache, "a");
            assertThat(reads(cache) - reads).isEqualTo(3);
            assertThat(writes(cache) - writes).isEqualTo(2);
        }
    }

    @Test
    void what_a_process_knows_of_purges_is_asked_for_again_when_it_is_not_fresh() throws IOException {
        S3CacheSettings settings = proxy.settings().withFreshness(Duration.ZERO);
        try (S3CacheManager cache = proxy.open(settings);
                S3CacheManager other = proxy.open(settings)) {
            commit(cache, leased("a"), noise(1, 3_000));
            double reads = reads(cache);
            assertThat(cache.find(new RequestKey("a"))).isPresent();
            assertThat(reads(cache) - reads).isEqualTo(2);

            other.purge(Purge.ROUTINE);

            assertThat(cache.find(new RequestKey("a"))).isEmpty();
        }
    }

    @Test
    void a_temporary_result_is_not_found_after_its_time_and_can_be_published_again() throws IOException {
        S3CacheSettings settings = proxy.settings().withTemporaryExpiry(Duration.ofDays(3));
        try (S3CacheManager cache = proxy.open(settings);
                S3CacheManager later = proxy.open(settings, Clock.offset(Clock.systemUTC(), Duration.ofDays(3)))) {
            commit(cache, leased("a"), noise(1, 3_000));
            commit(cache, leased("s", CachePolicy.STICKY, 1, 1), noise(1, 3_000));

            assertThat(later.find(new RequestKey("a"))).isEmpty();
            assertThat(later.find(new RequestKey("s"))).isPresent();
            assertThat(commit(later, leased("a", CachePolicy.TEMPORARY, 1, 2), noise(2, 3_000)))
                    .isInstanceOf(Commit.Published.class);
            assertThat(read(later, "a")).contains(noise(2, 3_000));
        }
    }

    @Test
    void a_result_without_formats_is_found_listed_promoted_and_purged() {
        try (S3CacheManager cache = proxy.open(proxy.settings())) {
            try (ResultWriter writer = cache.write(leased("a"))) {
                assertThat(writer.commit()).isInstanceOf(Commit.Published.class);
            }
            assertThat(listed(cache, CachePolicy.TEMPORARY)).containsExactly("a");
            assertThat(cache.promote(new RequestKey("a"))).isTrue();
            assertThat(listed(cache, CachePolicy.TEMPORARY)).isEmpty();
            assertThat(listed(cache, CachePolicy.STICKY)).containsExactly("a");
            assertThat(cache.purge(Purge.REBUILD).items()).isEqualTo(1);
            assertThat(cache.find(new RequestKey("a"))).isEmpty();
        }
    }

    @Test
    void a_result_whose_part_is_gone_is_absent_from_then_on() throws IOException {
        S3CacheSettings settings = proxy.settings();
        try (S3CacheManager cache = proxy.open(settings);
                S3Client client = proxy.client()) {
            commit(cache, leased("a"), noise(1, 3_000));
            var result = found(cache, "a");
            String part = result.location(CSV).getPath().substring(1);

            client.deleteObject(delete -> delete.bucket(settings.bucket()).key(part));

            assertThat(result.open(CSV)).isEmpty();
            assertThat(cache.find(new RequestKey("a"))).isEmpty();
            assertThat(commit(cache, leased("a", CachePolicy.TEMPORARY, 1, 2), noise(2, 3_000)))
                    .isInstanceOf(Commit.Published.class);
        }
    }

    @Test
    void notes_and_indexes_of_nothing_are_swept_when_they_are_old() throws IOException {
        S3CacheSettings settings = proxy.settings();
        Clock inTwoDays = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
        try (S3CacheManager cache = proxy.open(settings);
                S3CacheManager later = proxy.open(settings, inTwoDays);
                S3Client client = proxy.client()) {
            commit(cache, leased("valid"), noise(1, 3_000));
            commit(cache, leased("retracted"), noise(1, 3_000));
            cache.retract(new RequestKey("retracted"), submission(1));
            cache.retract(new RequestKey("never"), submission(1));
            assertThat(indexes(client, settings)).isEqualTo(3);

            cache.sweep(Duration.ofDays(1));
            assertThat(indexes(client, settings)).as("while they are young").isEqualTo(3);
            later.sweep(Duration.ofDays(1));

            assertThat(indexes(client, settings)).isEqualTo(1);
            assertThat(read(later, "valid")).isPresent();
        }
    }

    @Test
    void a_purge_deletes_by_the_thousand_and_leaves_no_object_but_the_state() throws IOException {
        S3CacheSettings settings = proxy.settings();
        try (S3CacheManager cache = proxy.open(settings);
                S3Client client = proxy.client()) {
            for (int i = 0; i < 40; i++) {
                commit(
                        cache,
                        leased("k" + i, i % 2 == 0 ? CachePolicy.STICKY : CachePolicy.TEMPORARY, 1, 1),
                        noise(1, 100));
            }
            double writes = writes(cache);

            assertThat(cache.purge(Purge.REBUILD)).isEqualTo(new Cleared(40, 4_000));

            assertThat(writes(cache) - writes).as("state, list, delete").isEqualTo(3);
            assertThat(client.listObjectsV2(list -> list.bucket(settings.bucket()))
                            .contents())
                    .extracting(S3Object::key)
                    .containsExactly(settings.prefix() + "state");
        }
    }

    @Test
    void a_presigned_address_serves_the_stored_bytes_to_anybody_until_it_expires()
            throws IOException, InterruptedException {
        S3CacheSettings settings = proxy.settings().withCompression(Compression.GZIP);
        try (S3CacheManager cache = proxy.open(settings)) {
            commit(cache, leased("a:b"), noise(1, 3_000));
            Presigning result = (Presigning) found(cache, "a:b");

            HttpResponse<byte[]> response = get(result.presign(CSV, Duration.ofMinutes(5)));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("text/csv");
            assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(response.headers().firstValue("Content-Disposition"))
                    .contains("attachment; filename=\"a:b.csv\"");
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
                assertThat(in.readAllBytes()).isEqualTo(noise(1, 3_000));
            }

            String other = result.presign(CSV, Duration.ofMinutes(5)).toString();
            assertThat(get(URI.create(other.replaceFirst("X-Amz-Signature=.", "X-Amz-Signature=g")))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(get(URI.create(other.substring(0, other.indexOf('?')))).statusCode())
                    .isEqualTo(403);
            for (Duration time : List.of(Duration.ZERO, Duration.ofDays(8))) {
                assertThatThrownBy(() -> result.presign(CSV, time)).isInstanceOf(InvalidRequestException.class);
            }
        }
    }

    @Test
    void locations_are_s3_uris_or_public_or_presigned() throws IOException, InterruptedException {
        S3CacheSettings settings = proxy.settings();
        try (S3CacheManager cache = proxy.open(settings);
                S3CacheManager open =
                        proxy.open(settings.withPublicUrl(URI.create("https://results.example.org/files/")));
                S3CacheManager signing = proxy.open(settings.withPresign(Duration.ofMinutes(1)))) {
            commit(cache, leased("a"), noise(1, 3_000));

            URI location = found(cache, "a").location(CSV);
            assertThat(location.toString()).startsWith("s3://" + settings.bucket() + "/results/temporary/");
            assertThat(found(open, "a").location(CSV))
                    .isEqualTo(URI.create("https://results.example.org/files" + location.getPath()));
            assertThat(get(found(signing, "a").location(CSV)).body()).isEqualTo(noise(1, 3_000));
        }
    }

    @Test
    void encryption_and_storage_classes_are_asked_for() throws IOException {
        Seen seen = new Seen();
        S3CacheSettings settings = proxy.settings()
                .withEncryption(new Encryption(Encryption.Method.AWS_KMS, Optional.of("alias/results"), true))
                .withStorageClasses(new StorageClasses("STANDARD", "STANDARD_IA"));
        try (S3CacheManager cache = proxy.open(settings, seen)) {
            commit(cache, leased("a"), noise(1, 3_000));
            commit(cache, leased("b"), noise(1, 9 << 20));
            cache.promote(new RequestKey("a"));
        }
        List<SdkHttpRequest> stored = seen.of(request -> request.encodedPath().contains("/results/")
                && (request.method() == SdkHttpMethod.PUT || request.method() == SdkHttpMethod.POST)
                && !request.rawQueryParameters().containsKey("uploadId"));
        assertThat(stored).hasSize(6).allSatisfy(request -> {
            assertThat(request.firstMatchingHeader("x-amz-server-side-encryption"))
                    .contains("aws:kms");
            assertThat(request.firstMatchingHeader("x-amz-server-side-encryption-aws-kms-key-id"))
                    .contains("alias/results");
            assertThat(request.firstMatchingHeader("x-amz-server-side-encryption-bucket-key-enabled"))
                    .contains("true");
        });
        assertThat(seen.of(request ->
                        request.encodedPath().contains("/persistent/") && request.method() == SdkHttpMethod.PUT))
                .singleElement()
                .satisfies(request -> assertThat(request.firstMatchingHeader("x-amz-storage-class"))
                        .contains("STANDARD_IA"));
    }

    @Test
    void stores_that_know_no_checksums_are_given_the_older_one() throws IOException {
        Seen seen = new Seen();
        S3CacheSettings settings = proxy.settings().withChecksums(Checksums.WHEN_REQUIRED);
        try (S3CacheManager cache = proxy.open(settings, seen)) {
            commit(cache, leased("a"), noise(1, 3_000));
            commit(cache, leased("b"), noise(1, 9 << 20));
            found(cache, "b").verify();
            cache.purge(Purge.ROUTINE);
        }
        // The SDK adds the newer one to what must have one: stores that do not know it pass over it.
        assertThat(seen.of(request -> request.rawQueryParameters().containsKey("delete")))
                .isNotEmpty()
                .allSatisfy(request ->
                        assertThat(request.firstMatchingHeader("Content-MD5")).isPresent());
        assertThat(seen.of(request -> request.method() != SdkHttpMethod.POST
                        && request.headers().keySet().stream()
                                .anyMatch(name ->
                                        name.startsWith("x-amz-checksum-") || name.startsWith("x-amz-sdk-checksum-"))))
                .isEmpty();
        assertThat(seen.of(request -> request.method() == SdkHttpMethod.PUT
                        && request.encodedPath().contains("/temporary/")))
                .hasSize(3)
                .allSatisfy(request ->
                        assertThat(request.firstMatchingHeader("Content-MD5")).isPresent());
    }

    @Test
    void lifecycle_rules_are_installed_beside_those_that_are_there() {
        Counterpart mock = Counterpart.mock();
        S3CacheSettings settings = mock.settings()
                .withTemporaryExpiry(Duration.ofDays(3))
                .withStaleUploadExpiry(Duration.ofDays(2))
                .withLifecycle(Lifecycle.INSTALL);
        try (S3Client client = mock.client()) {
            client.createBucket(create -> create.bucket(settings.bucket()));
            client.putBucketLifecycleConfiguration(put -> put.bucket(settings.bucket())
                    .lifecycleConfiguration(rules -> rules.rules(LifecycleRule.builder()
                            .id("theirs")
                            .status("Enabled")
                            .filter(filter -> filter.prefix("logs/"))
                            .expiration(expiration -> expiration.days(9))
                            .build())));

            mock.open(settings).close();
            mock.open(settings).close();

            List<LifecycleRule> rules = client.getBucketLifecycleConfiguration(get -> get.bucket(settings.bucket()))
                    .rules();
            assertThat(rules)
                    .extracting(LifecycleRule::id)
                    .containsExactlyInAnyOrder("theirs", "armlib-temporary-results/", "armlib-uploads-results/");
            assertThat(rules).anySatisfy(rule -> {
                assertThat(rule.filter().prefix()).isEqualTo("results/temporary/");
                assertThat(rule.expiration().days()).isEqualTo(4);
            });
            assertThat(rules).anySatisfy(rule -> {
                assertThat(rule.filter().prefix()).isEqualTo("results/");
                assertThat(rule.abortIncompleteMultipartUpload().daysAfterInitiation())
                        .isEqualTo(2);
            });
        }
    }

    @Test
    void lifecycle_rules_are_shown_as_the_command_line_of_aws_takes_them() {
        assertThat(Lifecycles.json(S3CacheSettings.of("bucket").withPrefix("p/")))
                .isEqualTo("""
                        {"Rules": [
                          {"ID": "armlib-temporary-p/", "Status": "Enabled", "Filter": {"Prefix": "p/temporary/"}, "Expiration": {"Days": 31}},
                          {"ID": "armlib-uploads-p/", "Status": "Enabled", "Filter": {"Prefix": "p/"}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
                        ]}
                        """);
    }

    private static int indexes(S3Client client, S3CacheSettings settings) {
        return client.listObjectsV2(list -> list.bucket(settings.bucket()).prefix(settings.prefix() + "index/"))
                .contents()
                .size();
    }

    private static List<String> listed(S3CacheManager cache, CachePolicy area) {
        Page<Manifest> page = cache.list(area, Optional.empty(), 10);
        return page.items().stream().map(manifest -> manifest.key().value()).toList();
    }

    private static double writes(S3CacheManager cache) {
        return usage(cache, "PUT");
    }

    private static double reads(S3CacheManager cache) {
        return usage(cache, "GET");
    }

    private static double usage(S3CacheManager cache, String item) {
        return cache.usage().stream()
                .filter(usage -> usage.item().startsWith(item))
                .mapToDouble(Usage::count)
                .sum();
    }

    private static HttpResponse<byte[]> get(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
