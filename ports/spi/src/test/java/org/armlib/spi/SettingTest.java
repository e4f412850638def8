package org.armlib.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingTest {
    private enum Mode {
        PLAIN,
        READ_ONLY
    }

    @Test
    void a_text_is_any_text() {
        Setting<String> setting = Setting.text("name", "what it is called");

        assertThat(setting.read("")).isEmpty();
        assertThat(setting.read(" a\n")).isEqualTo(" a\n");
        assertThat(setting.kind()).isEqualTo(Setting.Kind.TEXT);
        assertThat(setting.name()).isEqualTo("name");
        assertThat(setting.description()).isEqualTo("what it is called");
    }

    @Test
    void texts_are_copied() {
        Setting<List<String>> setting = Setting.texts("names", "");
        List<String> configured = new ArrayList<>(List.of("a", "b"));
        List<String> read = setting.read(configured);
        configured.clear();

        assertThat(read).containsExactly("a", "b");
        assertThat(setting.read(List.of())).isEmpty();
        assertThat(setting.kind()).isEqualTo(Setting.Kind.TEXTS);
    }

    @Test
    void an_integer_has_bounds() {
        Setting<Integer> setting = Setting.integer("port", "", -1, 65535);

        assertThat(setting.read(-1L)).isEqualTo(-1);
        assertThat(setting.read(65535L)).isEqualTo(65535);
        assertThat(setting.kind()).isEqualTo(Setting.Kind.INTEGER);
        for (long number : List.of(-2L, 65536L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32)) {
            assertRefused(setting, number, "'" + number + "' is not allowed; allowed: a whole number from -1 to 65535");
        }
    }

    @Test
    void a_number_has_bounds() {
        Setting<Double> setting = Setting.number("share", "", 0, 1);

        assertThat(setting.read(0.0)).isZero();
        assertThat(setting.read(1.0)).isEqualTo(1);
        assertThat(setting.kind()).isEqualTo(Setting.Kind.NUMBER);
        for (double number : List.of(-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY)) {
            assertRefused(setting, number, "'" + number + "' is not allowed; allowed: a number from 0.0 to 1.0");
        }
    }

    @Test
    void a_flag_is_true_or_false() {
        Setting<Boolean> setting = Setting.flag("verbose", "");

        assertThat(setting.read(true)).isTrue();
        assertThat(setting.read(false)).isFalse();
        assertThat(setting.kind()).isEqualTo(Setting.Kind.FLAG);
        assertThat(setting.allowed()).isEqualTo("true or false");
    }

    @Test
    void a_duration_has_bounds() {
        Setting<Duration> setting = Setting.duration("wait", "", Duration.ofSeconds(1), Duration.ofHours(1));

        assertThat(setting.read(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(setting.read(Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
        assertThat(setting.kind()).isEqualTo(Setting.Kind.DURATION);
        for (Duration duration : List.of(
                Duration.ZERO,
                Duration.ofSeconds(-1),
                Duration.ofMillis(999),
                Duration.ofHours(1).plusNanos(1))) {
            assertRefused(
                    setting,
                    duration,
                    "'" + duration + "' is not allowed; allowed: a time span with a unit, such as 90s, 5m or 2h,"
                            + " from PT1S to PT1H");
        }
    }

    @Test
    void a_size_has_bounds() {
        Setting<Long> setting = Setting.size("buffer", "", 1024, 5L << 30);

        assertThat(setting.read(1024L)).isEqualTo(1024);
        assertThat(setting.read(5L << 30)).isEqualTo(5_368_709_120L);
        assertThat(setting.kind()).isEqualTo(Setting.Kind.SIZE);
        for (long bytes : List.of(0L, 1023L, (5L << 30) + 1, -1L)) {
            assertRefused(
                    setting,
                    bytes,
                    "'" + bytes + " bytes' is not allowed; allowed: a size with a unit, such as 512KiB or 5GiB,"
                            + " from 1024 to 5368709120 bytes");
        }
    }

    @Test
    void a_path_is_one_that_the_platform_can_have() {
        Setting<Path> setting = Setting.path("folder", "");

        assertThat(setting.read("data/results")).isEqualTo(Path.of("data", "results"));
        assertThat(setting.kind()).isEqualTo(Setting.Kind.TEXT);
        assertRefused(setting, "a\u0000b", "'a\u0000b' is not allowed; allowed: a file or folder");
    }

    @Test
    void an_http_address_has_scheme_and_host() {
        Setting<URI> setting = Setting.httpUri("base", "");

        for (String address : List.of("http://127.0.0.1:9000", "https://example.org/api?x=1", "HTTPS://example.org")) {
            assertThat(setting.read(address)).isEqualTo(URI.create(address));
        }
        for (String address : List.of(
                "", "example.org", "ftp://example.org", "http:", "http:///x", "http:example", "http://a b", "//x")) {
            assertRefused(
                    setting,
                    address,
                    "'" + address + "' is not allowed; allowed: an address such as http://127.0.0.1:9000"
                            + " or https://example.org/api");
        }
    }

    @Test
    void a_time_of_day_is_written_with_hours_and_minutes() {
        Setting<LocalTime> setting = Setting.timeOfDay("at", "");

        assertThat(setting.read("02:00")).isEqualTo(LocalTime.of(2, 0));
        assertThat(setting.read("23:59:59")).isEqualTo(LocalTime.of(23, 59, 59));
        for (String time : List.of("", "2:00", "24:00", "02.00", "2 am")) {
            assertRefused(setting, time, "'" + time + "' is not allowed; allowed: a time of day such as 02:00");
        }
    }

    @Test
    void a_zone_is_one_that_java_knows() {
        Setting<ZoneId> setting = Setting.zone("zone", "");

        assertThat(setting.read("Europe/London")).isEqualTo(ZoneId.of("Europe/London"));
        assertThat(setting.read("Z")).isEqualTo(ZoneOffset.UTC);
        for (String zone : List.of("", "Nowhere/Land", "25:00")) {
            assertRefused(
                    setting, zone, "'" + zone + "' is not allowed; allowed: a time zone such as Europe/London or UTC");
        }
    }

    @Test
    void a_choice_is_written_in_lower_case_with_hyphens() {
        Setting<Mode> setting = Setting.choice("mode", "", Mode.class);

        assertThat(setting.read("plain")).isEqualTo(Mode.PLAIN);
        assertThat(setting.read("read-only")).isEqualTo(Mode.READ_ONLY);
        for (String mode : List.of("", "PLAIN", "read_only", "READ_ONLY", "none")) {
            assertRefused(setting, mode, "'" + mode + "' is not allowed; allowed: plain, read-only");
        }
    }

    @Test
    void a_setting_is_optional_until_it_is_told_otherwise() {
        Setting<String> optional = Setting.text("name", "d");
        Setting<String> withDefault = optional.withDefault("x");
        Setting<String> required = withDefault.required();

        assertThat(optional.isRequired()).isFalse();
        assertThat(optional.defaultValue()).isEmpty();
        assertThat(withDefault.isRequired()).isFalse();
        assertThat(withDefault.defaultValue()).contains("x");
        assertThat(required.isRequired()).isTrue();
        assertThat(required.defaultValue()).isEmpty();
        assertThat(required.withDefault("y").isRequired()).isFalse();
        assertThat(Stream.of(optional, withDefault, required))
                .allSatisfy(setting -> assertThat(setting.name() + setting.description() + setting.read("v"))
                        .isEqualTo("namedv"));
    }

    @Test
    void a_secret_stays_one() {
        Setting<String> secret = Setting.text("password", "").secret();

        assertThat(Setting.text("password", "").isSecret()).isFalse();
        assertThat(secret.isSecret()).isTrue();
        assertThat(secret.required().isSecret()).isTrue();
        assertThat(secret.withDefault("x").isSecret()).isTrue();
        assertThat(Setting.text("password", "").withDefault("x").secret().defaultValue())
                .contains("x");
        assertThat(Setting.text("password", "").required().secret().isRequired())
                .isTrue();
    }

    @Test
    void the_value_of_a_secret_is_not_in_the_refusal() {
        Setting<URI> secret = Setting.httpUri("url", "").secret();

        assertThatThrownBy(() -> secret.read("db://user:hunter2@host"))
                .isInstanceOf(InvalidSettingException.class)
                .message()
                .doesNotContain("hunter2")
                .contains("allowed: an address such as");
        assertThatThrownBy(() ->
                        Setting.integer("pin", "", 0, 9).secret().required().read(4711L))
                .isInstanceOf(InvalidSettingException.class)
                .message()
                .doesNotContain("4711")
                .contains("allowed: a whole number from 0 to 9");
    }

    private static void assertRefused(Setting<?> setting, Object configured, String message) {
        assertThatThrownBy(() -> setting.read(configured))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        refused -> assertThat(refused.setting()).isEqualTo(setting.name()))
                .hasMessage(message);
    }
}
