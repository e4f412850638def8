package org.armlib.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.armlib.domain.Encoding;
import org.armlib.domain.FormatName;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.StoredFormat;
import org.junit.jupiter.api.Test;

/** Formats on their way to a sink and back. */
class FormatOutputTest {
    private static final byte[] CONTENT =
            "a line that compresses well\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);

    private final MemorySink sink = new MemorySink();

    @Test
    void what_is_stored_decodes_to_what_was_written_and_the_manifest_says_so() throws IOException {
        for (Compression compression : Compression.values()) {
            MemorySink target = new MemorySink();
            FormatOutput out = output(compression.encoding(), target);
            out.write(CONTENT[0]);
            out.write(CONTENT, 1, CONTENT.length - 1);
            out.close();
            StoredFormat format = out.format();
            byte[] stored = target.bytes.toByteArray();

            assertThat(format.length()).isEqualTo(CONTENT.length);
            assertThat(format.storedLength()).isEqualTo(stored.length);
            assertThat(format.sha256()).isEqualTo(Contents.sha256(new ByteArrayInputStream(CONTENT)));
            assertThat(target.finished).isTrue();
            try (InputStream in = Contents.decode(format, new ByteArrayInputStream(stored))) {
                assertThat(in.readAllBytes()).isEqualTo(CONTENT);
            }
            byte[] cut = Arrays.copyOf(stored, stored.length / 2);
            assertThatThrownBy(() -> Contents.sha256(Contents.decode(format, new ByteArrayInputStream(cut))))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void content_that_is_longer_than_the_manifest_says_is_refused() throws IOException {
        FormatOutput out = output(Encoding.IDENTITY, sink);
        out.write(CONTENT);
        out.close();

        byte[] longer = Arrays.copyOf(CONTENT, CONTENT.length + 1);

        assertThatThrownBy(() -> Contents.sha256(Contents.decode(out.format(), new ByteArrayInputStream(longer))))
                .hasMessageContaining("more than its");
    }

    @Test
    void the_first_failure_stays_though_nobody_heeds_it() throws IOException {
        FormatOutput out = output(Encoding.IDENTITY, sink);
        sink.failure = "no room";

        assertThatThrownBy(() -> out.write(new byte[200_000])).hasMessage("no room");
        sink.failure = "another";
        assertThatThrownBy(() -> out.write(new byte[200_000])).hasMessageContaining("no room");
        assertThatThrownBy(out::close).hasMessageContaining("no room");

        assertThat(out.failure()).hasValueSatisfying(e -> assertThat(e).hasMessage("no room"));
        assertThat(sink.finished).isFalse();
        assertThat(sink.closed).isTrue();
    }

    @Test
    void nothing_is_stored_after_an_abort() throws IOException {
        FormatOutput out = output(Encoding.GZIP, sink);
        out.write(CONTENT);
        int before = sink.bytes.size();

        out.abort();

        assertThat(sink.bytes.size()).isEqualTo(before);
        assertThat(sink.finished).isFalse();
        assertThat(sink.closed).isTrue();
        assertThatThrownBy(() -> out.write(1)).hasMessageContaining("closed");
        out.close();
    }

    @Test
    void a_format_that_cannot_begin_leaves_no_sink_open() {
        sink.failure = "no room";

        assertThatThrownBy(() -> output(Encoding.GZIP, sink)).hasMessage("no room");

        assertThat(sink.closed).isTrue();
    }

    @Test
    void damage_is_told_from_content_that_is_whole_and_from_a_store_that_cannot_be_read() throws IOException {
        FormatOutput out = output(Encoding.GZIP, sink);
        out.write(CONTENT);
        out.close();
        byte[] stored = sink.bytes.toByteArray();
        byte[] cut = Arrays.copyOf(stored, stored.length / 2);
        InputStream unreadable = new FilterInputStream(new ByteArrayInputStream(stored)) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new StoreReadException("the disk is away", new IOException());
            }
        };

        assertThat(Contents.damage(out.format(), new ByteArrayInputStream(stored)))
                .isEmpty();
        assertThat(Contents.damage(out.format(), new ByteArrayInputStream(cut))).isPresent();
        assertThatThrownBy(() -> Contents.damage(out.format(), unreadable)).hasMessage("the disk is away");
    }

    @Test
    void a_result_has_each_format_once_and_fails_with_any_of_them() throws IOException {
        Map<FormatName, MemorySink> sinks = new HashMap<>();
        FormatOutputs outputs = new FormatOutputs(
                Compression.NONE, (name, mediaType) -> sinks.computeIfAbsent(name, unused -> new MemorySink()));
        FormatName csv = new FormatName("csv");
        outputs.begin(new FormatName("json"), "application/json").write(CONTENT);
        outputs.begin(csv, "text/csv").write(CONTENT);

        assertThatThrownBy(() -> outputs.begin(csv, "text/csv")).isInstanceOf(InvalidRequestException.class);
        assertThat(outputs.finish()).extracting(StoredFormat::name).containsExactlyElementsOf(outputs.names());
        assertThat(sinks.values()).allMatch(stored -> stored.finished);

        FormatOutputs failing = new FormatOutputs(Compression.NONE, (name, mediaType) -> sink);
        OutputStream out = failing.begin(csv, "text/csv");
        sink.failure = "no room";
        assertThatThrownBy(() -> out.write(new byte[200_000])).hasMessage("no room");
        assertThatThrownBy(failing::finish).hasMessageContaining("no room");
        failing.abort();
        assertThat(sink.closed).isTrue();
    }

    private static FormatOutput output(Encoding encoding, Sink sink) throws IOException {
        return new FormatOutput(new FormatName("csv"), "text/csv", encoding, sink);
    }

    private static final class MemorySink implements Sink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private String failure = "";
        private boolean finished;
        private boolean closed;

        @Override
        public void write(byte[] array, int offset, int count) throws IOException {
            if (!failure.isEmpty()) {
                throw new IOException(failure);
            }
            bytes.write(array, offset, count);
        }

        @Override
        public void finish() {
            finished = true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
