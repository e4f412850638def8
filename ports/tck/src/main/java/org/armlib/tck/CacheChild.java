package org.armlib.tck;

import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.noise;
import static org.armlib.tck.CacheSamples.temporary;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.armlib.ports.CacheManager;

/** The process that is killed while it works with a cache: reports the key of each result when its call has returned. */
final class CacheChild {
    static final int LENGTH = 300_000;

    /** What it does until it is killed. */
    enum Work {
        /** Publishes results. */
        PUBLISH,
        /** Begins a result, and leaves it so. */
        BEGIN
    }

    private CacheChild() {}

    static ChildJvm start(DurableCacheFixture fixture, Work work) {
        return ChildJvm.start(CacheChild.class, fixture.opener().getName(), fixture.location(), work.name());
    }

    /** Takes the path of the report, the opener's class, the store's location, and the {@link Work}. */
    public static void main(String[] args) throws ReflectiveOperationException, IOException, InterruptedException {
        var constructor = Class.forName(args[1]).asSubclass(CacheOpener.class).getDeclaredConstructor();
        constructor.setAccessible(true);
        try (CacheManager cache = constructor.newInstance().open(args[2])) {
            switch (Work.valueOf(args[3])) {
                case PUBLISH -> publish(cache, args[0]);
                case BEGIN -> begin(cache, args[0]);
            }
        }
    }

    private static void publish(CacheManager cache, String report) throws IOException {
        for (int i = 0; true; i++) {
            CacheSamples.publish(cache, leased(temporary("r-" + i)), noise(i, LENGTH));
            ChildJvm.report(report, "r-" + i);
        }
    }

    private static void begin(CacheManager cache, String report) throws IOException, InterruptedException {
        CacheSamples.begin(cache, leased(temporary("a")), noise(1, LENGTH));
        ChildJvm.report(report, "a");
        new CountDownLatch(1).await();
    }
}
