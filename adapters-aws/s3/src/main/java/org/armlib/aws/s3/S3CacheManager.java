package org.armlib.aws.s3;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.armlib.aws.AwsAccess;
import org.armlib.content.Contents;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.DataEpoch;
import org.armlib.domain.InvalidRequestException;
import org.armlib.domain.LeasedRequest;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.domain.SubmissionId;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Checkable;
import org.armlib.ports.Cleared;
import org.armlib.ports.Metered;
import org.armlib.ports.Page;
import org.armlib.ports.Presigning;
import org.armlib.ports.ResultWriter;
import org.armlib.ports.Usage;
import org.armlib.spi.AreaCursor;
import org.armlib.spi.CloseOnce;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * The result store in a bucket of Amazon S3, or of a store that speaks its language and honours {@code If-Match} and
 * {@code If-None-Match} when objects are written and deleted.
 *
 * <p>Any number of processes, on any number of machines, use one bucket and prefix at a time. To find a result takes one
 * call, to publish one takes one for each of its formats and one more. Its results can be {@linkplain Presigning
 * presigned}. Counts the calls that are paid for; prices are those of S3 Standard in us-east-1.
 */
public final class S3CacheManager implements CacheManager, Checkable, Metered {
    private static final Duration LONGEST_CLOSE = Duration.ofMinutes(1);
    private final S3Client client;
    private final S3Presigner presigner;
    private final CallMeter meter;
    private final ExecutorService executor;
    private final Store store;
    private final Clearing clearing;
    private final Locations locations;
    private final S3CacheSettings settings;
    private final CloseOnce closing = new CloseOnce(LONGEST_CLOSE);

    private S3CacheManager(
            S3Client client,
            S3Presigner presigner,
            CallMeter meter,
            Locations locations,
            S3CacheSettings settings,
            Clock clock) {
        this.client = client;
        this.presigner = presigner;
        this.meter = meter;
        this.locations = locations;
        this.settings = settings;
        Bucket bucket = new Bucket(client, settings);
        Layout layout = new Layout(settings.prefix());
        this.executor = Executors.newCachedThreadPool(new Threads());
        this.store = new Store(
                bucket, layout, new States(bucket, layout, settings.freshness()), settings.temporaryExpiry(), clock);
        this.clearing = new Clearing(store, executor);
    }

    /**
     * Opens a cache.
     *
     * @param clock tells how old temporary results and orphans are
     * @throws CacheException if the bucket is not there, or may not be used, or what is to be made cannot be
     */
    public static S3CacheManager open(AwsAccess access, S3CacheSettings settings, Clock clock) {
        return open(access, settings, clock, List.of());
    }

    /** Opens a cache whose calls others see. */
    static S3CacheManager open(
            AwsAccess access,
            S3CacheSettings settings,
            Clock clock,
            List<? extends ExecutionInterceptor> interceptors) {
        CallMeter meter = new CallMeter();
        List<ExecutionInterceptor> all = new ArrayList<>(interceptors);
        all.add(meter);
        Connection connection = Connection.open(access, settings, all);
        boolean opened = false;
        try {
            S3CacheManager cache = new S3CacheManager(
                    connection.client(),
                    connection.presigner(),
                    meter,
                    new Locations(
                            settings,
                            connection.presigner(),
                            connection.client().serviceClientConfiguration().credentialsProvider(),
                            clock),
                    settings,
                    clock);
            opened = true;
            return cache;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    @Override
    public void check() {
        call("write", Optional.empty(), () -> {
            checkEncoder();
            String probe = store.layout().probe(Layout.newToken());
            boolean written = store.bucket().create(probe, "{}");
            store.bucket().delete(List.of(probe));
            return written;
        });
    }

    private void checkEncoder() {
        try {
            Contents.check(settings.compression());
        } catch (IOException e) {
            throw new CacheException(
                    "cannot write in the S3 cache '" + locations.place() + "': " + e.getMessage(), false);
        }
    }

    @Override
    public DataEpoch epoch() {
        return call(
                "read the epoch",
                Optional.empty(),
                () -> store.states().latest().epoch());
    }

    @Override
    public ResultWriter write(LeasedRequest leased) {
        DataEpoch begun = call(
                "begin the result",
                Optional.of(leased.request().key()),
                () -> store.states().current().epoch());
        return new S3ResultWriter(store, locations.place(), leased, begun, settings.compression(), executor);
    }

    @Override
    public Optional<CachedResult> find(RequestKey key) {
        String hash = Layout.hash(key);
        return call(
                "find the result",
                Optional.of(key),
                () -> store.find(hash).map(found -> new S3CachedResult(store, locations, hash, found)));
    }

    @Override
    public boolean promote(RequestKey key) {
        return call("promote the result", Optional.of(key), () -> store.promote(Layout.hash(key)));
    }

    @Override
    public void retract(RequestKey key, SubmissionId upTo) {
        call("retract the result", Optional.of(key), () -> {
            store.retract(Layout.hash(key), upTo);
            return upTo;
        });
    }

    @Override
    public Optional<SubmissionId> retracted(RequestKey key) {
        return call(
                "read the retractions",
                Optional.of(key),
                () -> store.read(Layout.hash(key)).index().retracted());
    }

    @Override
    public Cleared purge(Purge purge) {
        return switch (purge) {
            case ROUTINE -> purgeTemporary(Duration.ZERO);
            case REBUILD -> call("purge all results", Optional.empty(), clearing::rebuild);
        };
    }

    @Override
    public Cleared purgeTemporary(Duration minAge) {
        return call("purge temporary results", Optional.empty(), () -> clearing.purgeTemporary(minAge));
    }

    @Override
    public Optional<Duration> sincePurge() {
        return call(
                "read the time of the last purge",
                Optional.empty(),
                () -> store.states().latest().written().map(written -> Duration.between(written, store.now())));
    }

    @Override
    public Cleared sweep(Duration age) {
        return call("sweep", Optional.empty(), () -> clearing.sweep(store.now().minus(age)));
    }

    @Override
    public Page<Manifest> list(CachePolicy area, Optional<String> cursor, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("limit", "is " + limit + "; at least 1 is allowed");
        }
        String after = AreaCursor.after(area, cursor, Layout::isHash).orElse("");
        return call("list results", Optional.empty(), () -> {
            List<Manifest> manifests = new ArrayList<>();
            Hashes hashes = new Hashes(store.bucket(), store.layout().area(area), after);
            String last = after;
            while (manifests.size() < limit && hashes.hasNext()) {
                List<String> chunk = new ArrayList<>();
                while (chunk.size() < Math.min(limit - manifests.size(), Parallel.WIDTH) && hashes.hasNext()) {
                    chunk.add(hashes.next());
                }
                Parallel.map(executor, chunk, store::find).stream()
                        .flatMap(Optional::stream)
                        .map(Index.Entry::manifest)
                        .filter(manifest -> manifest.request().cachePolicy() == area)
                        .forEach(manifests::add);
                last = chunk.get(chunk.size() - 1);
            }
            return new Page<>(
                    manifests, hashes.hasNext() ? Optional.of(new AreaCursor(area, last).text()) : Optional.empty());
        });
    }

    @Override
    public List<Usage> usage() {
        return meter.usage();
    }

    @Override
    public void close() {
        closing.run(() -> {
            executor.shutdown();
            presigner.close();
            client.close();
        });
    }

    private <T> T call(String tried, Optional<RequestKey> key, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException | StoreException e) {
            throw Failures.of(tried, key, locations.place(), e);
        }
    }

    private static final class Threads implements java.util.concurrent.ThreadFactory {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "armlib-s3-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
