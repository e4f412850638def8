package org.armlib.aws.dynamodb;

import com.google.inject.Module;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.armlib.aws.client.AwsSettings;
import org.armlib.domain.InvalidRequestException;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The queue {@code dynamodb}. */
public final class DynQueueProvider implements AdapterProvider {
    private static final DynQueueSettings DEFAULT = DynQueueSettings.DEFAULT;
    private static final int MOST_UNITS = 1_000_000;

    /** How the tables' names begin. */
    public static final Setting<String> TABLE_PREFIX = Setting.text(
                    "table-prefix", "how the names of the tables begin, so that several queues share an account")
            .withDefault(DEFAULT.tablePrefix());

    /** Whether missing tables are made. */
    public static final Setting<Boolean> CREATE = Setting.flag(
                    "create", "make the tables if they are missing; if false, only check them")
            .withDefault(DEFAULT.create());

    /** Provisioned read capacity. */
    public static final Setting<Integer> READ_CAPACITY = Setting.integer(
            "read-capacity",
            "read units a second of tables that are made, with write-capacity; paid by use unless given",
            1,
            MOST_UNITS);

    /** Provisioned write capacity. */
    public static final Setting<Integer> WRITE_CAPACITY = Setting.integer(
            "write-capacity", "write units a second of tables that are made, with read-capacity", 1, MOST_UNITS);

    /** Tags. */
    public static final Setting<List<String>> TAGS = Setting.texts(
                    "tags", "tags of tables that are made, each written name=value")
            .withDefault(List.of());

    /** How long finished requests are remembered. */
    public static final Setting<Duration> RETENTION = Setting.duration(
                    "retention",
                    "how long the record of a finished request is kept",
                    Duration.ofMinutes(1),
                    Duration.ofDays(3650))
            .withDefault(DEFAULT.retention());

    /** How many partitions. */
    public static final Setting<Integer> SHARDS = Setting.integer(
                    "shards",
                    "partitions of the index when the tables are made, one for each 300 requests a second",
                    1,
                    DynQueueSettings.MAX_SHARDS)
            .withDefault(DEFAULT.shards());

    /** How often a waiting worker looks. */
    public static final Setting<Duration> POLL_INTERVAL = Setting.duration(
                    "poll-interval",
                    "how often a waiting server looks for what other servers submitted, at the most",
                    Duration.ofMillis(10),
                    Duration.ofHours(1))
            .withDefault(DEFAULT.pollInterval());

    /** Whether reads are consistent. */
    public static final Setting<Boolean> CONSISTENT_READS = Setting.flag(
                    "consistent-reads",
                    "see at once what other servers did, for twice the price of a read; mostly within a second otherwise")
            .withDefault(DEFAULT.consistentReads());

    /** Whether the server does its part of the upkeep. */
    public static final Setting<Boolean> UPKEEP = Setting.flag(
                    "upkeep",
                    "go through the table every six hours, one server for all; false for servers that may not scan it")
            .withDefault(DEFAULT.upkeep());

    /** Found by {@link java.util.ServiceLoader}. */
    public DynQueueProvider() {}

    @Override
    public PortType port() {
        return PortType.QUEUE;
    }

    @Override
    public String name() {
        return "dynamodb";
    }

    @Override
    public List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>(AwsSettings.ALL);
        all.addAll(List.of(
                TABLE_PREFIX,
                CREATE,
                READ_CAPACITY,
                WRITE_CAPACITY,
                TAGS,
                RETENTION,
                SHARDS,
                POLL_INTERVAL,
                CONSISTENT_READS,
                UPKEEP));
        return List.copyOf(all);
    }

    @Override
    public Module module(Settings settings) {
        return new DynQueueModule(AwsSettings.access(settings), queueSettings(settings));
    }

    private static DynQueueSettings queueSettings(Settings settings) {
        try {
            return new DynQueueSettings(
                    settings.get(TABLE_PREFIX),
                    settings.get(CREATE),
                    capacity(settings),
                    tags(settings.get(TAGS)),
                    settings.get(RETENTION),
                    settings.get(SHARDS),
                    settings.get(POLL_INTERVAL),
                    settings.get(CONSISTENT_READS),
                    settings.get(UPKEEP));
        } catch (InvalidRequestException e) {
            // The field bears the name of the setting, and the message begins with it.
            String begin = e.field() + ": ";
            throw new InvalidSettingException(
                    e.field(), String.valueOf(e.getMessage()).substring(begin.length()));
        }
    }

    private static Optional<DynQueueSettings.Capacity> capacity(Settings settings) {
        Optional<Integer> read = settings.find(READ_CAPACITY);
        Optional<Integer> write = settings.find(WRITE_CAPACITY);
        if (read.isPresent() != write.isPresent()) {
            Setting<Integer> missing = read.isPresent() ? WRITE_CAPACITY : READ_CAPACITY;
            throw new InvalidSettingException(missing.name(), "is missing: give both capacities, or none");
        }
        return read.map(units -> new DynQueueSettings.Capacity(units, write.orElseThrow()));
    }

    private static Map<String, String> tags(List<String> written) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : written) {
            int equals = tag.indexOf('=');
            if (equals < 1) {
                throw new InvalidSettingException(TAGS.name(), "'" + tag + "' is not written name=value");
            }
            tags.put(tag.substring(0, equals), tag.substring(equals + 1));
        }
        return tags;
    }
}
