package org.armlib.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.ServiceLoader;
import java.util.UUID;
import org.armlib.aws.client.AwsSettings;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.Enqueued;
import org.armlib.ports.Metered;
import org.armlib.ports.QueueManager;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.Settings;
import org.junit.jupiter.api.Test;

class DynQueueProviderTest {
    private static final AdapterProvider PROVIDER =
            ServiceLoader.load(AdapterProvider.class).findFirst().orElseThrow();

    private static Settings.Builder settings() {
        Settings.Builder settings = Settings.builder();
        PROVIDER.settings()
                .forEach(setting -> setting.defaultValue().ifPresent(value -> settings.read(setting, raw(value))));
        return settings;
    }

    private static Object raw(Object value) {
        return value instanceof Integer number ? Long.valueOf(number) : value;
    }

    @Test
    void it_is_the_queue_dynamodb() {
        assertThat(PROVIDER).isInstanceOf(DynQueueProvider.class);
        assertThat(PROVIDER.port()).isEqualTo(PortType.QUEUE);
        assertThat(PROVIDER.name()).isEqualTo("dynamodb");
    }

    @Test
    void its_module_binds_the_queue_once_in_a_strict_injector() {
        Counterpart local = Counterpart.local();
        String prefix = "provider-" + UUID.randomUUID() + "-";
        URI endpoint = local.access().endpoint().orElseThrow();
        Injector injector = Guice.createInjector(
                Stage.PRODUCTION,
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        binder().requireExplicitBindings();
                        binder().requireAtInjectOnConstructors();
                        binder().disableCircularProxies();
                        bind(RetryPolicy.class).toInstance(RetryPolicy.DEFAULT);
                        bind(Clock.class).toInstance(Clock.systemUTC());
                    }
                },
                PROVIDER.module(settings()
                        .set(DynQueueProvider.TABLE_PREFIX, prefix)
                        .set(AwsSettings.ENDPOINT, endpoint)
                        .build()));

        try (QueueManager queue = injector.getInstance(QueueManager.class)) {
            assertThat(queue)
                    .isInstanceOf(DynQueueManager.class)
                    .isInstanceOf(Metered.class)
                    .isSameAs(injector.getInstance(QueueManager.class));
            assertThat(queue.submit(BatchRequest.of("/report").build()).outcome())
                    .isEqualTo(Enqueued.Outcome.ADDED);
        } finally {
            TestTables.remove(local.access(), local.settings(prefix));
        }
    }

    @Test
    void what_no_table_can_be_called_is_refused_before_anything_is_opened() {
        assertThatThrownBy(() -> PROVIDER.module(settings()
                        .set(DynQueueProvider.TABLE_PREFIX, "my queue/")
                        .build()))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo("table-prefix"));
    }

    @Test
    void half_a_capacity_is_refused() {
        assertThatThrownBy(() -> PROVIDER.module(
                        settings().set(DynQueueProvider.READ_CAPACITY, 5).build()))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo("write-capacity"));
    }

    @Test
    void tags_are_written_as_pairs() {
        assertThat(PROVIDER.module(settings()
                        .set(DynQueueProvider.TAGS, List.of("team=reports", "cost=a=b"))
                        .build()))
                .isInstanceOf(DynQueueModule.class);
        assertThatThrownBy(() -> PROVIDER.module(settings()
                        .set(DynQueueProvider.TAGS, List.of("reports"))
                        .build()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("name=value");
    }
}
