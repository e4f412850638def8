package org.armlib.ports;

import org.armlib.domain.LeasedRequest;
import org.armlib.domain.StaleLeaseException;

/** The queue's answer to one lease of several that were to be {@linkplain QueueManager#renewAll renewed together}. */
public sealed interface Renewal {

    /**
     * The lease lasts its full duration from now.
     *
     * @param leased the lease as it is now, with the request as it is now
     */
    record Renewed(LeasedRequest leased) implements Renewal {}

    /**
     * The lease is not the current one; nothing was changed.
     *
     * @param refusal what {@link QueueManager#renew} throws: which lease, and why
     */
    record Refused(StaleLeaseException refusal) implements Renewal {}
}
