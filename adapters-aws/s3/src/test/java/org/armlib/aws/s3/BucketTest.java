package org.armlib.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.armlib.domain.CachePolicy;
import org.armlib.domain.Encoding;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Copies that are too long for one call. */
class BucketTest {
    @Test
    void a_long_object_is_copied_in_pieces() {
        Counterpart proxy = Counterpart.proxy();
        S3CacheSettings settings = proxy.settings();
        byte[] content = Results.noise(1, 13 << 20);
        try (S3Client client = proxy.client()) {
            client.createBucket(create -> create.bucket(settings.bucket()));
            Bucket bucket = new Bucket(client, settings, 6 << 20, 5 << 20);
            bucket.putPart(
                    new PartName("from", CachePolicy.TEMPORARY, "text/csv", Encoding.GZIP), content, content.length);
            PartName to = new PartName("to", CachePolicy.STICKY, "text/csv", Encoding.GZIP);

            assertThat(bucket.copy("from", to, content.length)).isTrue();
            assertThat(bucket.copy("nowhere", to, content.length)).isFalse();

            var copy =
                    client.getObjectAsBytes(get -> get.bucket(settings.bucket()).key("to"));
            assertThat(copy.asByteArrayUnsafe()).isEqualTo(content);
            assertThat(copy.response().contentType()).isEqualTo("text/csv");
            assertThat(copy.response().contentEncoding()).isEqualTo("gzip");
            assertThat(bucket.uploads("").hasNext()).isFalse();
        }
    }
}
