package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.util.ServiceLoader;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.ports.Enqueued;
import org.armlib.ports.QueueManager;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.SchemaSource;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;
import org.assertj.core.api.AbstractThrowableAssert;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class JdbcQueueProviderTest {
    private static final AdapterProvider PROVIDER =
            ServiceLoader.load(AdapterProvider.class).findFirst().orElseThrow();

    private static Settings.Builder settings(String url) {
        Settings.Builder settings = Settings.builder();
        PROVIDER.settings()
                .forEach(setting -> setting.defaultValue().ifPresent(value -> settings.read(setting, raw(value))));
        return settings.set(JdbcQueueProvider.URL, url);
    }

    private static Object raw(Object value) {
        return value instanceof Integer number ? Long.valueOf(number) : value;
    }

    @Test
    void it_is_the_queue_jdbc() {
        assertThat(PROVIDER).isInstanceOf(JdbcQueueProvider.class);
        assertThat(PROVIDER.port()).isEqualTo(PortType.QUEUE);
        assertThat(PROVIDER.name()).isEqualTo("jdbc");
    }

    @Test
    void its_module_binds_the_queue_once_in_a_strict_injector() {
        Injector injector = Guice.createInjector(
                Stage.PRODUCTION,
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        binder().requireExplicitBindings();
                        binder().requireAtInjectOnConstructors();
                        binder().disableCircularProxies();
                        bind(RetryPolicy.class).toInstance(RetryPolicy.DEFAULT);
                    }
                },
                PROVIDER.module(settings("jdbc:h2:mem:provider").build()));

        QueueManager queue = injector.getInstance(QueueManager.class);
        try {
            assertThat(queue).isInstanceOf(JdbcQueueManager.class).isSameAs(injector.getInstance(QueueManager.class));
        } finally {
            queue.close();
        }
    }

    @Test
    void the_schema_is_printed_without_a_connection() {
        Settings settings = settings("jdbc:postgresql://nowhere.invalid/armlib")
                .set(JdbcQueueProvider.TABLE_PREFIX, "batch_")
                .set(JdbcQueueProvider.SCHEMA, "reports")
                .build();

        assertThat(((SchemaSource) PROVIDER).schema(settings))
                .contains("CREATE SCHEMA IF NOT EXISTS reports;")
                .contains("CREATE TABLE reports.batch_live")
                .contains("CREATE TABLE reports.batch_finished")
                .doesNotContain("${");
    }

    @Test
    void a_database_that_is_not_known_is_refused_before_anything_is_opened() {
        Settings settings = settings("jdbc:oracle:thin:@db").build();

        assertThatThrownBy(() -> PROVIDER.module(settings))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("oracle");
    }

    @Test
    void a_name_that_no_table_can_have_is_refused_by_the_setting_that_gives_it() {
        assertRefused(JdbcQueueProvider.TABLE_PREFIX, "my-queue; drop table x");
        assertRefused(JdbcQueueProvider.SCHEMA, "Reports");
    }

    private static void assertRefused(Setting<String> setting, String name) {
        Settings settings = settings("jdbc:h2:mem:x").set(setting, name).build();
        assertThatThrownBy(() -> PROVIDER.module(settings))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo(setting.name()))
                .hasMessageStartingWith("'" + name + "' is not allowed: 1 to 30 of a-z");
    }

    @Test
    void a_database_whose_driver_is_not_there_is_refused_with_what_to_add() {
        assertUrlRefused("jdbc:mysql://db/armlib?password=hunter2")
                .hasMessageContaining("no driver on the class path accepts a URL that begins with 'jdbc:mysql:'")
                .hasMessageContaining("add com.mysql:mysql-connector-j, or write 'jdbc:mariadb:'")
                .hasMessageNotContaining("hunter2");
        assertThat(PROVIDER.module(
                        settings("jdbc:mysql://db/armlib?permitMysqlScheme").build()))
                .isNotNull();
    }

    @Test
    void a_url_that_its_driver_does_not_accept_is_refused() {
        assertUrlRefused("jdbc:postgresql://host:port/queue")
                .hasMessageContaining("does not accept this URL; write it as in jdbc:postgresql://host/name");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertUrlRefused(String url) {
        Settings settings = settings(url).build();
        return assertThatThrownBy(() -> PROVIDER.module(settings))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo("url"));
    }

    @Test
    void the_queue_may_live_in_the_database_of_a_data_source() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:given;DB_CLOSE_DELAY=-1");
        BatchRequest request = BatchRequest.of("/report").build();
        Injector injector = Guice.createInjector(
                Stage.PRODUCTION,
                binder -> binder.bind(RetryPolicy.class).toInstance(RetryPolicy.DEFAULT),
                new JdbcQueueModule(source, JdbcQueueSettings.DEFAULT));

        try (QueueManager queue = injector.getInstance(QueueManager.class)) {
            assertThat(queue.submit(request).outcome()).isEqualTo(Enqueued.Outcome.ADDED);
            assertThat(queue.find(request.key()).map(Submission::request)).contains(request);
        }

        try (JdbcQueueManager again = new JdbcQueueManager(source, JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT)) {
            assertThat(again.find(request.key()))
                    .as("with the source still open")
                    .isPresent();
        }
    }
}
