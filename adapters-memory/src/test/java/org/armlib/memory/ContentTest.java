package org.armlib.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.armlib.domain.FormatName;
import org.armlib.domain.StoredFormat;
import org.junit.jupiter.api.Test;

class ContentTest {

    @Test
    void reads_what_was_written_in_pieces_of_any_size() throws IOException {
        for (long seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            Content content = new Content("text/csv");
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int piece = 0; piece < 40; piece++) {
                byte[] bytes = new byte[random.nextInt(200_000)];
                random.nextBytes(bytes);
                int offset = random.nextInt(bytes.length + 1);
                content.append(bytes, offset, bytes.length - offset);
                expected.write(bytes, offset, bytes.length - offset);
            }

            StoredFormat format = content.describe(new FormatName("csv"));

            assertThat(content.open().readAllBytes()).as("seed " + seed).isEqualTo(expected.toByteArray());
            assertThat(format.length()).as("seed " + seed).isEqualTo(expected.size());
            assertThat(content.digest()).as("seed " + seed).isEqualTo(format.sha256());
        }
    }

    @Test
    void reads_single_bytes_as_unsigned() throws IOException {
        Content content = new Content("text/csv");
        content.append(new byte[] {(byte) 0xff, 0}, 0, 2);

        var in = content.open();

        assertThat(in.read()).isEqualTo(0xff);
        assertThat(in.read()).isZero();
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void a_changed_byte_changes_the_digest() {
        Content content = new Content("text/csv");
        content.append(new byte[] {1, 2, 3}, 0, 3);
        String before = content.digest();

        content.damage();

        assertThat(content.digest()).isNotEqualTo(before);
    }
}
