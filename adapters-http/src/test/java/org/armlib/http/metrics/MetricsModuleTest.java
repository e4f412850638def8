package org.armlib.http.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import com.google.inject.multibindings.OptionalBinder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricsModuleTest {
    private final SimpleMeterRegistry mine = new SimpleMeterRegistry();

    @Test
    void the_default_is_not_made_where_the_program_binds_its_own() {
        Injector injector = Guice.createInjector(
                Stage.PRODUCTION,
                new MetricsModule(),
                binder -> OptionalBinder.newOptionalBinder(binder, MeterRegistry.class)
                        .setBinding()
                        .toInstance(mine));

        assertThat(injector.getInstance(MeterRegistry.class)).isSameAs(mine);
        assertThat(injector.getInstance(DefaultRegistryProvider.class).isMade()).isFalse();
        assertThat(injector.getInstance(InstanceRegistry.class).isAlone()).isFalse();
    }

    @Test
    void without_one_there_is_one_default() {
        Injector injector = Guice.createInjector(Stage.PRODUCTION, new MetricsModule());

        assertThat(injector.getInstance(MeterRegistry.class))
                .isInstanceOf(PrometheusMeterRegistry.class)
                .isSameAs(injector.getInstance(MeterRegistry.class));
        assertThat(injector.getInstance(InstanceRegistry.class).isAlone()).isTrue();
        injector.getInstance(DefaultRegistryProvider.class).close();
    }

    /** The collectors of the JVM notify their listeners for ever, and so would keep the registry. */
    @Test
    void a_default_that_is_closed_is_given_up() {
        DefaultRegistryProvider maker = new DefaultRegistryProvider();
        WeakReference<MeterRegistry> made = new WeakReference<>(maker.get());

        maker.close();

        maker = null;
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return made.get() == null;
        });
    }

    @Test
    void instances_on_one_registry_count_apart_and_take_their_meters_away() {
        Counter.builder("program").register(mine).increment();
        InstanceRegistry first = new InstanceRegistry(mine, "test");
        InstanceRegistry second = new InstanceRegistry(mine, "test");
        Counter.builder("armlib.things").register(first).increment(1);
        Counter.builder("armlib.things").register(second).increment(2);
        Timers.of("armlib.time", "A histogram.").register(second).record(Duration.ofSeconds(1));

        assertThat(mine.get("armlib.things")
                        .tag(InstanceRegistry.TAG, "1")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(mine.get("armlib.things")
                        .tag(InstanceRegistry.TAG, "2")
                        .counter()
                        .count())
                .isEqualTo(2);
        first.close();
        assertThat(mine.find("armlib.things").tag(InstanceRegistry.TAG, "1").counter())
                .isNull();
        try (InstanceRegistry third = new InstanceRegistry(mine, "test")) {
            assertThat(third.getMeters().get(0).getId().getTag(InstanceRegistry.TAG))
                    .isEqualTo("1");
        }
        second.close();
        assertThat(mine.getMeters())
                .extracting(meter -> meter.getId().getName())
                .containsExactly("program");
        assertThat(mine.isClosed()).isFalse();
    }
}
