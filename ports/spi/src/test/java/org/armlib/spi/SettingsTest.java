package org.armlib.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.ports.RequestProcessor;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Setting<Integer> THREADS = Setting.integer("threads", "how many", 1, 8);

    @Test
    void a_value_that_is_set_is_found() {
        Settings settings = Settings.builder().set(THREADS, 3).build();

        assertThat(settings.get(THREADS)).isEqualTo(3);
        assertThat(settings.find(THREADS)).contains(3);
        assertThat(settings.get(THREADS.withDefault(5))).isEqualTo(3);
    }

    @Test
    void a_configured_value_is_checked_when_it_is_read() {
        assertThat(Settings.builder().read(THREADS, 8L).build().get(THREADS)).isEqualTo(8);
        assertThatThrownBy(() -> Settings.builder().read(THREADS, 9L))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("'9' is not allowed; allowed: a whole number from 1 to 8");
    }

    @Test
    void a_value_that_is_not_set_is_the_default() {
        Settings none = Settings.builder().build();

        assertThat(none.get(THREADS.withDefault(5))).isEqualTo(5);
        assertThat(none.find(THREADS.withDefault(5))).contains(5);
        assertThat(none.find(THREADS)).isEmpty();
    }

    @Test
    void a_value_that_is_missing_is_asked_for() {
        assertThatThrownBy(() -> Settings.builder().build().get(THREADS))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        missing -> assertThat(missing.setting()).isEqualTo("threads"))
                .hasMessage("is required; allowed: a whole number from 1 to 8");
    }

    @Test
    void later_values_do_not_reach_settings_already_built() {
        Settings.Builder builder = Settings.builder().set(THREADS, 1);
        Settings built = builder.build();
        builder.set(THREADS, 2);

        assertThat(built.get(THREADS)).isEqualTo(1);
        assertThat(builder.build().get(THREADS)).isEqualTo(2);
    }

    @Test
    void a_port_has_a_section_and_a_type() {
        assertThat(PortType.QUEUE.section()).isEqualTo("queue");
        assertThat(PortType.QUEUE.port()).isEqualTo(QueueManager.class);
        assertThat(PortType.CACHE.section()).isEqualTo("cache");
        assertThat(PortType.CACHE.port()).isEqualTo(CacheManager.class);
        assertThat(PortType.PROCESSOR.section()).isEqualTo("processor");
        assertThat(PortType.PROCESSOR.port()).isEqualTo(RequestProcessor.class);
    }
}
