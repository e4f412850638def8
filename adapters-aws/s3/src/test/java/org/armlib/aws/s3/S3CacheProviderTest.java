package org.armlib.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.ServiceLoader;
import org.armlib.aws.client.AwsSettings;
import org.armlib.ports.CacheManager;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;
import org.junit.jupiter.api.Test;

/** The adapter by name and by module, and settings that cannot work. */
class S3CacheProviderTest {
    private final S3CacheProvider provider = new S3CacheProvider();

    @Test
    void it_is_found_by_its_name() {
        assertThat(ServiceLoader.load(AdapterProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(found -> found.port() == PortType.CACHE)
                        .map(AdapterProvider::name))
                .containsExactly("s3");
    }

    @Test
    void its_module_binds_one_cache_and_nothing_is_opened_before() throws IOException {
        Counterpart proxy = Counterpart.proxy();
        S3CacheSettings own = proxy.settings();
        var module = provider.module(settings(Map.of(
                S3CacheProvider.BUCKET,
                own.bucket(),
                S3CacheProvider.PREFIX,
                "p/",
                S3CacheProvider.PATH_STYLE,
                true,
                S3CacheProvider.CREATE_BUCKET,
                true,
                S3CacheProvider.COMPRESSION,
                "zstd",
                AwsSettings.ENDPOINT,
                proxy.access().endpoint().orElseThrow().toString())));

        Injector injector = Guice.createInjector(Stage.DEVELOPMENT, module, new AbstractModule() {
            @Override
            protected void configure() {
                binder().requireExplicitBindings();
                bind(Clock.class).toInstance(Clock.systemUTC());
            }
        });

        try (CacheManager cache = injector.getInstance(CacheManager.class)) {
            assertThat(cache).isInstanceOf(S3CacheManager.class).isSameAs(injector.getInstance(CacheManager.class));
            Results.commit(cache, Results.leased("a"), Results.noise(1, 100));
            assertThat(Results.read(cache, "a")).contains(Results.noise(1, 100));
        }
        proxy.remove(own.withPrefix("p/"));
    }

    @Test
    void settings_that_cannot_work_are_refused_by_name() {
        assertRefused(S3CacheProvider.BUCKET, "No_Bucket", "bucket");
        assertRefused(S3CacheProvider.BUCKET, "ab", "bucket");
        for (String prefix : new String[] {"/", "p", "/p/", "p//q/", "p q/", "\u00e9/"}) {
            assertRefused(S3CacheProvider.PREFIX, prefix, "prefix");
        }
        assertRefused(S3CacheProvider.KMS_KEY, "alias/a", "kms-key");
        assertRefused(S3CacheProvider.KMS_BUCKET_KEY, true, "kms-bucket-key");
        assertRefused(S3CacheProvider.PERSISTENT_STORAGE_CLASS, "CHEAP", "persistent-storage-class");
        assertRefused(S3CacheProvider.TEMPORARY_STORAGE_CLASS, "GLACIER", "temporary-storage-class");
        assertRefused(S3CacheProvider.PUBLIC_URL, "https://example.org/files", "public-url");
    }

    private void assertRefused(Setting<?> setting, Object value, String name) {
        assertThatThrownBy(() -> provider.module(
                        setting == S3CacheProvider.BUCKET
                                ? settings(Map.of(setting, value))
                                : settings(Map.of(S3CacheProvider.BUCKET, "bucket", setting, value))))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo(name));
    }

    private static Settings settings(Map<Setting<?>, Object> values) {
        Settings.Builder builder = Settings.builder();
        values.forEach(builder::read);
        return builder.build();
    }
}
