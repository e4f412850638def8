package org.armlib.tck;

import java.util.List;
import java.util.UUID;
import org.armlib.domain.Lease;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;

/**
 * What a worker says it has seen or done under a lease, to be judged by a {@link CrashAudit}.
 *
 * @param what what it has seen or done
 * @param key the request
 * @param submission its submission
 * @param token the lease
 */
public record WorkerReport(What what, RequestKey key, SubmissionId submission, UUID token) {
    /** What it has seen or done. */
    public enum What {
        /** The queue gave it this lease. */
        LEASED,
        /** It has run the request. */
        EXECUTED,
        /** {@code complete} returned normally. */
        COMPLETED,
        /** Another call under the lease returned normally. */
        HEARD,
        /** A call was refused as one under a lease that is not the current one. */
        REFUSED
    }

    /** A report about a lease. */
    public static WorkerReport of(What what, Lease lease) {
        return new WorkerReport(what, lease.key(), lease.submission(), lease.token());
    }

    /** Reads a {@link #line}. */
    public static WorkerReport parse(String line) {
        List<String> words = List.of(line.split(" "));
        return new WorkerReport(
                What.valueOf(words.get(0)),
                new RequestKey(words.get(1)),
                SubmissionId.parse(words.get(2)),
                UUID.fromString(words.get(3)));
    }

    /** The report in one line. */
    public String line() {
        return what + " " + key.value() + " " + submission + " " + token;
    }
}
