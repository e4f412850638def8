package org.armlib.jdbc;

import java.util.List;
import java.util.UUID;
import org.armlib.domain.Lease;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;

/** A line of what a worker says it has seen or done under a lease. */
record Report(What what, RequestKey key, SubmissionId submission, UUID token) {
    enum What {
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

    static Report of(What what, Lease lease) {
        return new Report(what, lease.key(), lease.submission(), lease.token());
    }

    static Report parse(String line) {
        List<String> words = List.of(line.split(" "));
        return new Report(
                What.valueOf(words.get(0)),
                new RequestKey(words.get(1)),
                SubmissionId.parse(words.get(2)),
                UUID.fromString(words.get(3)));
    }

    String line() {
        return what + " " + key.value() + " " + submission + " " + token;
    }
}
