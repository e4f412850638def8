package org.armlib.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.armlib.domain.RetryPolicy;
import org.armlib.ports.CacheManager;
import org.armlib.ports.QueueManager;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.PortType;
import org.armlib.spi.Settings;
import org.junit.jupiter.api.Test;

class MemProvidersTest {
    private static final class StrictApplication extends AbstractModule {
        @Override
        protected void configure() {
            binder().requireExplicitBindings();
            binder().requireAtInjectOnConstructors();
            binder().disableCircularProxies();
            bind(Clock.class).toInstance(Clock.systemUTC());
            bind(RetryPolicy.class).toInstance(RetryPolicy.DEFAULT);
        }
    }

    private static final List<AdapterProvider> FOUND = ServiceLoader.load(AdapterProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    @Test
    void both_adapters_are_found_by_name() {
        assertThat(FOUND).allSatisfy(provider -> assertThat(provider.name()).isEqualTo("memory"));
        assertThat(FOUND).extracting(AdapterProvider::port).containsExactlyInAnyOrder(PortType.QUEUE, PortType.CACHE);
    }

    @Test
    void their_modules_bind_their_ports_once_in_a_strict_injector() {
        Settings settings = Settings.builder().build();
        Injector injector = Guice.createInjector(
                Stage.PRODUCTION,
                new StrictApplication(),
                provider(PortType.QUEUE).module(settings),
                provider(PortType.CACHE).module(settings));

        assertThat(injector.getInstance(QueueManager.class))
                .isInstanceOf(MemQueueManager.class)
                .isSameAs(injector.getInstance(QueueManager.class));
        assertThat(injector.getInstance(CacheManager.class))
                .isInstanceOf(MemCacheManager.class)
                .isSameAs(injector.getInstance(CacheManager.class));
    }

    @Test
    void retention_is_a_week_unless_configured() {
        assertThat(Settings.builder().build().get(MemQueueProvider.RETENTION)).isEqualTo(Duration.ofDays(7));
        assertThat(provider(PortType.QUEUE).settings())
                .containsExactly(MemQueueProvider.RETENTION, MemQueueProvider.MAX_SIZE);
        assertThat(provider(PortType.CACHE).settings()).isEmpty();
    }

    private static AdapterProvider provider(PortType port) {
        return FOUND.stream()
                .filter(provider -> provider.port() == port)
                .findFirst()
                .orElseThrow();
    }
}
