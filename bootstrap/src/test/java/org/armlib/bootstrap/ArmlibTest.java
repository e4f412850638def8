package org.armlib.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.Thread.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.armlib.application.StandardRequestManager;
import org.armlib.content.Compression;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.FormatName;
import org.armlib.domain.RequestKey;
import org.armlib.domain.RetryPolicy;
import org.armlib.file.FileCacheManager;
import org.armlib.file.FileCacheModule;
import org.armlib.file.FileCacheSettings;
import org.armlib.memory.MemQueueManager;
import org.armlib.memory.MemQueueModule;
import org.armlib.ports.BatchStatus.Status;
import org.armlib.ports.CacheManager;
import org.armlib.ports.Job;
import org.armlib.ports.QueueException;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestManager;
import org.armlib.ports.Submitted.How;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmlibTest {
    private static final Clock CLOCK = Clock.system(ZoneOffset.UTC);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final BatchRequest REQUEST =
            BatchRequest.parse("/report?year=2026").sticky().build();

    @TempDir
    Path folder;

    @Test
    void adapters_are_used_by_constructor() {
        try (QueueManager queue = new MemQueueManager(RetryPolicy.DEFAULT, WEEK, CLOCK);
                CacheManager cache = new FileCacheManager(folder, Compression.NONE, CLOCK)) {
            RequestManager requests = new StandardRequestManager(queue, cache, CLOCK);
            assertThat(requests.submit(REQUEST).how()).isEqualTo(How.QUEUED);
            assertThat(requests.submit(REQUEST).how()).isEqualTo(How.JOINED);
        }
    }

    @Test
    void adapters_are_used_by_module_in_an_injector_of_the_program() {
        Module mine = binder -> {
            binder.bind(Clock.class).toInstance(CLOCK);
            binder.bind(RetryPolicy.class).toInstance(RetryPolicy.DEFAULT);
        };
        Injector injector = Guice.createInjector(mine, queueModule(), cacheModule());
        try (QueueManager queue = injector.getInstance(QueueManager.class);
                CacheManager cache = injector.getInstance(CacheManager.class)) {
            RequestManager requests = new StandardRequestManager(queue, cache, CLOCK);
            assertThat(requests.submit(REQUEST).how()).isEqualTo(How.QUEUED);
        }
    }

    @Test
    void adapters_are_used_by_module() throws IOException {
        try (Armlib armlib = Armlib.builder()
                .install(queueModule())
                .install(cacheModule())
                .processor(ArmlibTest::writeYear)
                .start()) {
            assertThat(resultOf(armlib)).isEqualTo("[2026]");
            assertThat(armlib.queue()).isInstanceOf(MemQueueManager.class);
            assertThat(armlib.injector().getInstance(CacheManager.class)).isSameAs(armlib.cache());
        }
    }

    @Test
    void adapters_are_used_by_name() throws IOException {
        try (Armlib armlib = byName().processor(ArmlibTest::writeYear).start()) {
            assertThat(resultOf(armlib)).isEqualTo("[2026]");
            assertThat(armlib.requestManager().submit(REQUEST).how()).isEqualTo(How.CACHED);
        }
        try (Armlib again = byName().processor(job -> {}).start()) {
            assertThat(again.requestManager().submit(REQUEST).how()).isEqualTo(How.CACHED);
        }
    }

    @Test
    void close_lets_the_worker_finish_while_queue_and_cache_are_open() {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Armlib armlib = byName().processor(job -> {
                    running.countDown();
                    goOn.await();
                    writeYear(job);
                })
                .start();
        armlib.requestManager().submit(REQUEST);
        await().until(() -> running.getCount() == 0);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(armlib::close);
        assertThat(closing).isNotDone();
        goOn.countDown();
        assertThat(closing).succeedsWithin(Duration.ofSeconds(20));
        try (Armlib again = byName().processor(job -> {}).start()) {
            assertThat(again.requestManager().status(REQUEST.key()).status()).isEqualTo(Status.COMPLETED);
        }
    }

    /** As a shutdown hook does while the program leaves its {@code try} statement. */
    @Test
    void a_second_close_returns_when_the_first_has_closed_everything() {
        List<String> closed = new CopyOnWriteArrayList<>();
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Armlib armlib = recording(closed)
                .install(binder -> binder.bind(AutoCloseable.class)
                        .toProvider(() -> () -> {
                            closing.countDown();
                            goOn.await();
                        })
                        .in(Singleton.class))
                .start();
        CompletableFuture<Void> first = CompletableFuture.runAsync(armlib::close);
        await().until(() -> closing.getCount() == 0);
        Thread second = new Thread(armlib::close);
        second.start();
        await().until(() ->
                EnumSet.of(State.WAITING, State.TIMED_WAITING, State.TERMINATED).contains(second.getState()));

        assertThat(closed).isEmpty();
        goOn.countDown();

        await().until(() -> !second.isAlive());
        assertThat(closed).containsExactly("closed cache", "closed queue");
        assertThat(first).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void close_closes_what_was_made_newest_first_and_once() {
        List<String> closed = new CopyOnWriteArrayList<>();
        Armlib armlib = recording(closed).start();
        assertThat(closed).isEmpty();
        armlib.close();
        assertThat(closed).containsExactly("closed cache", "closed queue");
        armlib.close();
        assertThat(closed).hasSize(2);
    }

    @Test
    void close_closes_the_rest_when_one_fails() {
        List<String> closed = new CopyOnWriteArrayList<>();
        Armlib armlib = recording(closed)
                .install(binder -> binder.bind(AutoCloseable.class)
                        .toProvider(() -> () -> {
                            throw new QueueException("stuck", false);
                        })
                        .in(Singleton.class))
                .start();
        assertThatThrownBy(armlib::close).isInstanceOf(ShutdownException.class).hasMessageEndingWith(": stuck");
        assertThat(closed).containsExactly("closed cache", "closed queue");
    }

    @Test
    void does_not_close_what_the_program_brought() {
        List<String> closed = new CopyOnWriteArrayList<>();
        QueueManager mine = TestAdapters.port(QueueManager.class, "queue", closed);
        CacheManager own = TestAdapters.port(CacheManager.class, "cache", closed);
        Armlib.builder()
                .appConf("worker.threads = 0")
                .install(binder -> binder.bind(QueueManager.class).toInstance(mine))
                .install(binder -> binder.bind(CacheManager.class).toInstance(own))
                .start()
                .close();
        assertThat(closed).isEmpty();
    }

    @Test
    void an_adapter_that_cannot_be_opened_speaks_for_itself_and_the_others_are_closed() {
        List<String> closed = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> Armlib.builder()
                        .appConf("worker.threads = 0")
                        .install(binder -> binder.bind(QueueManager.class)
                                .toProvider(() -> TestAdapters.port(QueueManager.class, "queue", closed))
                                .in(Singleton.class))
                        .install(binder -> binder.bind(CacheManager.class)
                                .toProvider(() -> {
                                    throw new QueueException("the disk does not answer", true);
                                })
                                .in(Singleton.class))
                        .start())
                .isInstanceOf(QueueException.class)
                .hasMessage("the disk does not answer");
        assertThat(closed).containsExactly("closed queue");
    }

    @Test
    void a_file_that_cannot_work_starts_nothing() {
        Path missing = folder.resolve("app.conf");
        assertThatThrownBy(() -> Armlib.start(missing))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(missing + ": there is no such file");
    }

    private Armlib.Builder byName() {
        return Armlib.builder()
                .appConf("queue.adapter = memory\ncache { adapter = file, directory = \"" + folder.resolve("results")
                        + "\" }");
    }

    private static Armlib.Builder recording(List<String> closed) {
        return Armlib.builder()
                .appConf("worker.threads = 0")
                .install(binder -> binder.bind(QueueManager.class)
                        .toProvider(() -> TestAdapters.port(QueueManager.class, "queue", closed))
                        .in(Singleton.class))
                .install(binder -> binder.bind(CacheManager.class)
                        .toProvider(() -> TestAdapters.port(CacheManager.class, "cache", closed))
                        .in(Singleton.class));
    }

    private static Module queueModule() {
        return new MemQueueModule(WEEK);
    }

    private Module cacheModule() {
        return new FileCacheModule(new FileCacheSettings(folder, Compression.NONE));
    }

    private static void writeYear(Job job) throws IOException {
        try (OutputStream out = job.format("txt", "text/plain")) {
            out.write(job.request().parameters().get("year").toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String resultOf(Armlib armlib) throws IOException {
        RequestKey key = armlib.requestManager().submit(REQUEST).status().key();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> armlib.requestManager().status(key).status() == Status.COMPLETED);
        try (InputStream in = armlib.requestManager()
                .result(key)
                .orElseThrow()
                .open(new FormatName("txt"))
                .orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
