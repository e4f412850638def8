package org.armlib.aws.dynamodb;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.armlib.aws.AwsAccess;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.QueueManager;
import org.armlib.tck.DurableQueueFixture;
import org.armlib.tck.QueueOpener;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** A queue in tables of its own, removed at the end. */
final class DynQueueFixture implements DurableQueueFixture {
    static final Duration WRITE_DOWN_EVERY = Duration.ofMillis(100);

    private final AwsAccess access;
    private final DynQueueSettings settings;
    private final RetryPolicy policy;
    private final AheadClock clock = new AheadClock();
    private final List<QueueManager> open = new CopyOnWriteArrayList<>();

    DynQueueFixture(Counterpart counterpart, RetryPolicy policy) {
        this(counterpart, counterpart.settings("armlib-it-" + UUID.randomUUID() + "-"), policy);
    }

    DynQueueFixture(Counterpart counterpart, DynQueueSettings settings, RetryPolicy policy) {
        counterpart.announce();
        this.access = counterpart.access();
        this.settings = settings;
        this.policy = policy;
    }

    AwsAccess access() {
        return access;
    }

    DynQueueSettings settings() {
        return settings;
    }

    AheadClock clock() {
        return clock;
    }

    @Override
    public DynQueueManager open() {
        return open(clock);
    }

    /** An instance with a clock of its own. */
    DynQueueManager open(Clock other, ExecutionInterceptor... interceptors) {
        DynQueueManager queue =
                DynQueueManager.open(access, settings, policy, other, WRITE_DOWN_EVERY, List.of(interceptors));
        open.add(queue);
        return queue;
    }

    @Override
    public void advance(Duration time) {
        clock.advance(time);
    }

    @Override
    public DynQueueManager openAhead(Duration time) {
        return open(Clock.offset(clock, time));
    }

    @Override
    public void putClocksRight(Duration time) {
        // Only the clock of the instance was ahead.
    }

    @Override
    public String location() {
        return settings.tablePrefix() + " " + settings.consistentReads() + " "
                + access.endpoint().map(URI::toString).orElse("");
    }

    @Override
    public Class<? extends QueueOpener> opener() {
        return Opener.class;
    }

    @Override
    public void close() {
        open.forEach(QueueManager::close);
        TestTables.remove(access, settings);
    }

    /** Opens such a queue in another process. */
    static final class Opener implements QueueOpener {
        @Override
        public QueueManager open(String location, RetryPolicy policy) {
            String[] parts = location.split(" ", 3);
            DynQueueSettings settings =
                    DynQueueSettings.DEFAULT.withTablePrefix(parts[0]).withPollInterval(Duration.ofMillis(50));
            AwsAccess access = new AwsAccess(
                    Optional.empty(),
                    parts[2].isEmpty() ? Optional.empty() : Optional.of(URI.create(parts[2])),
                    Optional.empty());
            return DynQueueManager.open(
                    access,
                    Boolean.parseBoolean(parts[1]) ? settings.withConsistentReads() : settings,
                    policy,
                    Clock.systemUTC());
        }
    }
}
