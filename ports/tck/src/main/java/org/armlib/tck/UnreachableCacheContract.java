package org.armlib.tck;

import static org.armlib.tck.CacheSamples.CSV;
import static org.armlib.tck.CacheSamples.begin;
import static org.armlib.tck.CacheSamples.found;
import static org.armlib.tck.CacheSamples.leased;
import static org.armlib.tck.CacheSamples.publish;
import static org.armlib.tck.CacheSamples.read;
import static org.armlib.tck.CacheSamples.submission;
import static org.armlib.tck.CacheSamples.temporary;
import static org.armlib.tck.CacheSamples.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Manifest;
import org.armlib.domain.Purge;
import org.armlib.domain.RequestKey;
import org.armlib.ports.CacheException;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.ResultWriter;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rule C12 where the store of a cache cannot be reached: for caches that keep their results elsewhere. */
public interface UnreachableCacheContract {

    /** A new cache, empty, that gives up a call within seconds. */
    UnreachableCacheFixture newUnreachableCache();

    @Test
    default void C12_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port() throws IOException {
        try (UnreachableCacheFixture fixture = newUnreachableCache()) {
            CacheManager cache = fixture.open();
            Manifest manifest = publish(cache, leased(temporary("a")), text("content"));
            CachedResult result = found(cache, manifest.key());
            ResultWriter writer = begin(cache, leased(temporary("begun")), text("part"));

            fixture.disconnect();
            // All at once: each may take as long as its adapter waits for its store.
            Map<String, CompletableFuture<Throwable>> refusals = new LinkedHashMap<>();
            calls(cache, manifest, result, writer)
                    .forEach((name, call) ->
                            refusals.put(name, CompletableFuture.supplyAsync(() -> catchThrowable(call), one -> {
                                new Thread(one, "unreachable-" + name).start();
                            })));
            refusals.forEach((name, refusal) -> assertThat(
                            refusal.orTimeout(1, TimeUnit.MINUTES).join())
                    .as("C12: %s, while the store cannot be reached", name)
                    .isInstanceOf(CacheException.class));
            fixture.reconnect();

            await("the cache to work again")
                    .ignoreExceptions()
                    .until(() -> cache.find(manifest.key()).isPresent());
            assertThat(read(cache, manifest.key())).isEqualTo(text("content"));
            assertThat(cache.find(new RequestKey("begun")))
                    .as("C12: result whose commit was refused")
                    .isEmpty();
            publish(cache, leased(temporary("b")), text("next"));
            assertThat(read(fixture.open(), new RequestKey("b"))).isEqualTo(text("next"));
        }
    }

    private static Map<String, ThrowingCallable> calls(
            CacheManager cache, Manifest manifest, CachedResult result, ResultWriter writer) {
        RequestKey key = manifest.key();
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("write", () -> {
            try (ResultWriter other = begin(cache, leased(temporary("c")), text("content"))) {
                other.commit();
            }
        });
        calls.put("commit", writer::commit);
        calls.put("find", () -> cache.find(key));
        calls.put("find of nothing", () -> cache.find(new RequestKey("nothing")));
        calls.put("open", () -> result.open(CSV));
        calls.put("openStored", () -> result.openStored(CSV));
        calls.put("verify", result::verify);
        calls.put("promote", () -> cache.promote(key));
        calls.put("retract", () -> cache.retract(new RequestKey("other"), submission(1)));
        calls.put("retracted", () -> cache.retracted(key));
        calls.put("list", () -> cache.list(CachePolicy.TEMPORARY, Optional.empty(), 1));
        calls.put("purge", () -> cache.purge(Purge.ROUTINE));
        calls.put("rebuild", () -> cache.purge(Purge.REBUILD));
        calls.put("purgeTemporary", () -> cache.purgeTemporary(Duration.ofHours(1)));
        calls.put("sincePurge", cache::sincePurge);
        calls.put("sweep", () -> cache.sweep(Duration.ofHours(1)));
        return calls;
    }
}
