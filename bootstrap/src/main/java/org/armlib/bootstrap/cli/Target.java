package org.armlib.bootstrap.cli;

import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Phase;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.Cleared;
import org.armlib.ports.Page;
import org.armlib.ports.QueueOverview;
import org.armlib.ports.Submitted;

/**
 * What a command works on: the backends that an app.conf names, or a running server.
 *
 * <p>Throws {@link org.armlib.domain.ArmlibException}s; a method that takes a key throws {@link UnknownRequestException}
 * where nobody knows it.
 */
sealed interface Target extends AutoCloseable permits LocalTarget, ServerTarget {

    /** The answer to a submit: how the request was taken, and where it stands. */
    record Taken(Submitted.How how, RequestView request) {}

    Taken submit(BatchRequest request);

    Taken resubmit(RequestKey key);

    /** Where a request stands. A target that can, holds the answer until the state changes, for at most {@code wait}. */
    RequestView status(RequestKey key, Duration wait);

    /** Calls a request off; one that is finished stays as it is. */
    RequestView cancel(RequestKey key);

    /** The requests in one phase, a page at a time, as {@link org.armlib.ports.QueueManager#list} has them. */
    Page<RequestView> list(Phase phase, Optional<String> cursor, int limit);

    /** The content of a result as it was written; to be closed by the caller. */
    InputStream open(RequestView request, RequestView.Result result);

    /** The queue in numbers; empty where the caller may not see them. */
    Optional<QueueOverview> overview();

    void suspend();

    void resume();

    Cleared purge(Purge purge);

    /**
     * Forgets finished requests that ended longer than {@code age} ago, or than the target's own retention.
     *
     * @return how many
     */
    long prune(Optional<Duration> age);

    /** The results in one area of the cache, a page at a time, as {@link org.armlib.ports.CacheManager#list} has them. */
    Page<ResultView> results(CachePolicy area, Optional<String> cursor, int limit);

    /**
     * What reads all of a result and compares it with what was published. It throws a
     * {@link org.armlib.ports.CorruptResultException} if that differs; the result is not found any more then.
     *
     * @throws UsageException if this is not the place to read results
     */
    Consumer<RequestKey> verifier();

    @Override
    void close();
}
