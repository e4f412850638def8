package org.armlib.examples;

import static org.armlib.examples.Report.report;

import java.io.OutputStream;
import org.armlib.bootstrap.Armlib;
import org.armlib.domain.BatchRequest;
import org.armlib.ports.BatchStatus;
import org.armlib.ports.RequestManager;

/** Embeds armlib by an app.conf, here given as text. */
final class EmbedWithConfig {
    private EmbedWithConfig() {}

    static BatchStatus submit() {
        try (Armlib armlib = Armlib.builder()
                .appConf("queue.adapter = memory, cache { adapter = file, directory = results }")
                .processor(job -> {
                    try (OutputStream csv = job.format("csv", "text/csv")) {
                        report(job.request().parameters(), csv);
                    }
                })
                .start()) {
            RequestManager requests = armlib.requestManager();
            BatchRequest request =
                    BatchRequest.parse("/report?year=2024").sticky().build();
            return requests.submit(request).status();
        }
    }
}
