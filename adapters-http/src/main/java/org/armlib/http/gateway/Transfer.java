package org.armlib.http.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/** Carries one body from the upstream to the result, and tells failures to read from failures to write. */
final class Transfer {
    private static final int BUFFER = 64 * 1024;
    private static final long REPORT_EVERY = 1 << 20;

    private final Body body;
    private final Run run;
    private final OptionalLong length;
    private final long maxSize;
    private final Share share;
    private long reported;

    /** Which of how many calls one is: progress covers all of them. */
    record Share(int call, int of) {
        double total(double fraction) {
            return (call + fraction) / of;
        }
    }

    /** Reads from the upstream. */
    @FunctionalInterface
    interface Reading<T> {
        T get() throws IOException;
    }

    Transfer(Body body, Run run, OptionalLong length, long maxSize, Share share) {
        this.body = body;
        this.run = run;
        this.length = length;
        this.maxSize = maxSize;
        this.share = share;
    }

    void copy(InputStream content, OutputStream out) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        long written = 0;
        int count;
        while ((count = reading(() -> content.read(buffer))) >= 0) {
            written += count;
            if (written > maxSize) {
                throw Body.tooLarge(run.watch(), maxSize);
            }
            out.write(buffer, 0, count);
            report();
        }
        // A decoder may stop ahead of the end, and only the end tells that the answer is whole.
        while (reading(() -> body.read(buffer)) >= 0) {
            report();
        }
    }

    <T> T reading(Reading<T> reading) throws InterruptedException {
        try {
            return reading.get();
        } catch (InterruptedIOException e) {
            // The caller is told by the exception, no longer by the flag.
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("interrupted while reading the answer");
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new GatewayException(
                    run.watch().key(),
                    "the upstream's answer is not whole: it ended after " + body.received() + " bytes ("
                            + UpstreamClient.describe(cause, run.secrets()) + ")",
                    e);
        }
    }

    private void report() {
        long received = body.received();
        long step = Math.min(REPORT_EVERY, Math.max(length.orElse(REPORT_EVERY) / 100, 1));
        if (received - reported >= step) {
            reported = received;
            double fraction = length.isPresent() ? (double) received / Math.max(length.getAsLong(), 1) : 0;
            run.job().progress(share.total(fraction), received + " bytes received");
        }
    }
}
