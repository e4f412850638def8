package org.armlib.ports;

/** Runs requests: the query engine, or the API behind. Called by many threads at once, each with a job of its own. */
@FunctionalInterface
public interface RequestProcessor {

    /**
     * Runs one request and writes its result. Returning means success; what was written is published then. Any exception
     * fails the attempt, and another may follow; {@link PermanentFailureException} and
     * {@link UpstreamUnavailableException} say more. The thread is interrupted when the job's lease is lost.
     *
     * @throws Exception whatever went wrong
     */
    void process(Job job) throws Exception;
}
