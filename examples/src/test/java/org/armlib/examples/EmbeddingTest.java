package org.armlib.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.armlib.domain.BatchRequest;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.Enqueued;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingTest {
    @TempDir
    Path folder;

    @Test
    void by_configuration() {
        assertThat(EmbedWithConfig.submit().status()).isNotEqualTo(BatchStatus.Status.UNKNOWN);
    }

    @Test
    void by_modules() {
        assertThat(EmbedWithModules.submit(folder).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
    }

    @Test
    void by_constructors() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EmbedWithConstructors.run(
                BatchRequest.parse("/report?year=2024").build(),
                job -> {
                    try (OutputStream csv = job.format("csv", "text/csv")) {
                        Report.report(job.request().parameters(), csv);
                    }
                },
                folder,
                out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("day\n2024-1\n")
                .hasLineCount(367);
    }
}
