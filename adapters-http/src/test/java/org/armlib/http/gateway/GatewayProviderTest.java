package org.armlib.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.Binder;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.armlib.ports.RequestProcessor;
import org.armlib.ports.UpstreamProbe;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GatewayProviderTest {

    private static AdapterProvider provider() {
        return ServiceLoader.load(AdapterProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("gateway"))
                .findFirst()
                .orElseThrow();
    }

    private static Settings read(Map<String, Object> configured) {
        Settings.Builder builder = Settings.builder();
        for (Setting<?> setting : provider().settings()) {
            Object value = configured.get(setting.name());
            if (value != null) {
                builder.read(setting, value);
            }
        }
        return builder.build();
    }

    @Test
    void is_found_by_name_and_works_in_a_strict_injector() throws Exception {
        try (TestApi api = TestApi.answering(200, "text/csv", "a\n")) {
            assertThat(provider().port()).isEqualTo(PortType.PROCESSOR);
            Injector injector = Guice.createInjector(
                    Stage.PRODUCTION,
                    Binder::requireExplicitBindings,
                    Binder::requireAtInjectOnConstructors,
                    Binder::disableCircularProxies,
                    provider().module(read(Map.of("upstream", api.uri().toString()))));

            RequestProcessor processor = injector.getInstance(RequestProcessor.class);
            MemoryJob job = MemoryJob.of("/");
            processor.process(job);

            assertThat(job.only().text()).isEqualTo("a\n");
            assertThat(processor)
                    .isInstanceOf(UpstreamProbe.class)
                    .isSameAs(injector.getInstance(RequestProcessor.class));
        }
    }

    @Test
    void settings_have_the_documented_defaults() {
        GatewaySettings settings = GatewayOptions.from(read(Map.of("upstream", "https://example.org/api")));

        assertThat(settings)
                .isEqualTo(GatewaySettings.of(URI.create("https://example.org/api"))
                        .build());
        assertThat(settings.allow()).containsExactly("/");
        assertThat(settings.timeout()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.firstByteTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.idleTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.keepAlive()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.maxRetryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.maxSize()).isEqualTo(5L * 1024 * 1024 * 1024);
        assertThat(settings.maxRedirects()).isEqualTo(5);
    }

    @Test
    void headers_are_read_and_never_shown() {
        GatewaySettings settings = GatewayOptions.from(read(
                Map.of("upstream", "https://example.org", "headers", List.of("Authorization: Bearer t0ken", "X-A:b"))));

        assertThat(settings.headers())
                .containsExactly(Map.entry("Authorization", "Bearer t0ken"), Map.entry("X-A", "b"));
        assertThat(settings.toString()).contains("Authorization").doesNotContain("t0ken");
        assertThat(provider().settings())
                .filteredOn(Setting::isSecret)
                .extracting(Setting::name)
                .containsExactly("headers");
    }

    private record Wrong(String setting, Object value) {}

    @TestFactory
    Stream<DynamicTest> what_cannot_work_is_refused_before_anything_starts() {
        return Stream.of(
                        new Wrong("upstream", "http://user:pw@example.org"),
                        new Wrong("upstream", "http://example.org/?a=b"),
                        new Wrong("upstream", "http://example.org/#a"),
                        new Wrong("upstream", "http://example.org/a/../b"),
                        new Wrong("upstream", "http://example.org/a/..%2fb"),
                        new Wrong("upstream", "ftp://example.org"),
                        new Wrong("allow", List.of()),
                        new Wrong("allow", List.of("reports")),
                        new Wrong("allow", List.of("/a/../b")),
                        new Wrong("allow", List.of("/a?b")),
                        new Wrong("allow", List.of("/a%2Fb")),
                        new Wrong("allow", List.of("/a//b")),
                        new Wrong("probe-path", "health"),
                        new Wrong("probe-path", "/../health"),
                        new Wrong("probe-path", "/health?a b"),
                        new Wrong("max-redirects", -1L),
                        new Wrong("max-size", 0L),
                        new Wrong("timeout", Duration.ZERO),
                        new Wrong("first-byte-timeout", Duration.ZERO),
                        new Wrong("keep-alive", Duration.ofSeconds(-1)),
                        new Wrong("max-retry-after", Duration.ofSeconds(-1)),
                        new Wrong("accept", "text/csv\r\nX: y"),
                        new Wrong("headers", List.of("no colon")),
                        new Wrong("headers", List.of("a b: c")),
                        new Wrong("headers", List.of("Host: evil")),
                        new Wrong("headers", List.of("Range: bytes=0-1")),
                        new Wrong("headers", List.of("X-A: a\nb")),
                        new Wrong("headers", List.of("X-A: a", "X-A: b")))
                .map(wrong -> DynamicTest.dynamicTest(wrong.setting() + " = " + wrong.value(), () -> {
                    Map<String, Object> configured = wrong.setting().equals("upstream")
                            ? Map.of("upstream", wrong.value())
                            : Map.of("upstream", "http://example.org", wrong.setting(), wrong.value());
                    assertThatExceptionOfType(InvalidSettingException.class)
                            .isThrownBy(() -> provider().module(read(configured)))
                            .satisfies(e -> {
                                assertThat(e.setting()).isEqualTo(wrong.setting());
                                assertThat(e.getMessage()).doesNotContain("pw@");
                            });
                }));
    }

    @Test
    void the_upstream_is_required() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> provider().module(read(Map.of())))
                .satisfies(e -> assertThat(e.setting()).isEqualTo("upstream"));
    }
}
