package org.armlib.bootstrap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.armlib.bootstrap.Armlib;
import org.armlib.bootstrap.cli.CostRun.Step;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.CachePolicy;
import org.armlib.domain.Phase;
import org.armlib.domain.RetryPolicy;
import org.armlib.memory.MemQueueManager;
import org.armlib.ports.Metered;
import org.armlib.ports.QueueManager;
import org.armlib.ports.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostCommandTest {
    private static final Map<String, Integer> UNITS = Map.of("submit", 2, "lease", 2, "renew", 1, "complete", 2);

    @TempDir
    Path folder;

    @Test
    void each_step_has_what_was_used_in_it() throws InterruptedException {
        try (Armlib armlib = withMeteredQueue()) {
            CostRun run = new CostRun(armlib, 100);
            run.lifecycle();
            run.lifecycle();

            Usage units = run.items().get(0);
            assertThat(run.perRequest(Step.SUBMIT, units)).isEqualTo(2);
            assertThat(run.perRequest(Step.LEASE, units)).isEqualTo(2);
            assertThat(run.perRequest(Step.HEARTBEAT, units)).isEqualTo(1);
            assertThat(run.perRequest(Step.PUBLISH, units)).isZero();
            assertThat(run.perRequest(Step.COMPLETE, units)).isEqualTo(2);
            assertThat(run.dollarsPerMillion(Step.SUBMIT).doubleValue()).isCloseTo(1.25, within(1e-9));
            assertThat(armlib.queue().overview().count(Phase.COMPLETED)).isEqualTo(2);
            assertThat(armlib.cache()
                            .list(CachePolicy.TEMPORARY, Optional.empty(), 10)
                            .items())
                    .isEmpty();
        }
    }

    @Test
    void what_others_submitted_is_given_back() {
        try (Armlib armlib = withMeteredQueue()) {
            BatchRequest others = BatchRequest.of("/theirs").build();
            armlib.queue().submit(others);

            assertThatThrownBy(() -> new CostRun(armlib, 100).lifecycle()).isInstanceOf(UsageException.class);
            assertThat(armlib.queue().find(others.key()).orElseThrow().phase()).isEqualTo(Phase.PENDING);
        }
    }

    @Test
    void adapters_that_cost_nothing_are_said_to() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Path file = Files.writeString(
                folder.resolve("app.conf"), "queue.adapter = memory\ncache.adapter = memory\nworker.threads = 0\n");

        assertThat(Main.run(new Printer(out, err), "cost", "-c", file.toString()))
                .isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(file + ": neither its queue nor its cache is paid for by use\n");
    }

    private static Armlib withMeteredQueue() {
        QueueManager metered = metered(new MemQueueManager(RetryPolicy.DEFAULT, Duration.ofDays(1), Clock.systemUTC()));
        return Armlib.builder()
                .appConf("cache.adapter = memory\nworker.threads = 0")
                .install(binder -> binder.bind(QueueManager.class).toInstance(metered))
                .asClient()
                .start();
    }

    private static QueueManager metered(QueueManager queue) {
        AtomicInteger used = new AtomicInteger();
        return (QueueManager) Proxy.newProxyInstance(
                CostCommandTest.class.getClassLoader(),
                new Class<?>[] {QueueManager.class, Metered.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("usage")) {
                        return List.of(new Usage("units", used.get(), new BigDecimal("0.625"), "a list"));
                    }
                    used.addAndGet(UNITS.getOrDefault(method.getName(), 0));
                    try {
                        return method.invoke(queue, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
