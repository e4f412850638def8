package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StoredTextTest {
    @Test
    void every_text_is_read_as_it_was_written_and_is_stored_without_what_databases_refuse() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        char[] alphabet = {'a', '\\', 'u', '0', 0, '\ud83d', '\ude00', '\n', '\u00e9'};
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(alphabet[random.nextInt(alphabet.length)]);
            }
            for (StoredText form : StoredText.values()) {
                String stored = form.write(text.toString());

                assertThat(StoredText.read(stored)).as("seed %s", seed).isEqualTo(text.toString());
                assertThat(stored).as("seed %s", seed).doesNotContain("\0");
            }
            assertThat(StoredText.ASCII.write(text.toString()))
                    .as("seed %s", seed)
                    .matches("\\p{ASCII}*");
            String uri = "/" + text.toString().replace("\0", "");
            assertThat(StoredText.readUri(StoredText.UNICODE.writeUri(uri))).isEqualTo(uri);
            assertThat(StoredText.readUri(StoredText.ASCII.writeUri(uri))).isEqualTo(uri);
        }
    }
}
