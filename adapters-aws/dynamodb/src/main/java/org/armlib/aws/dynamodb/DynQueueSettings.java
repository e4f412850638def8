package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.armlib.domain.InvalidRequestException;

/**
 * How a queue uses DynamoDB.
 *
 * @param tablePrefix how the names of its tables begin, so that several queues share an account
 * @param create whether tables that are missing are made; if not, it is an error that they are
 * @param provisioned the capacity of tables that are made; empty to pay by use
 * @param tags what tables that are made are tagged with
 * @param retention how long a finished request is remembered
 * @param shards over how many partitions of the index waiting requests are spread when the tables are made; later the
 *     number in the control table counts
 * @param pollInterval how often a worker that waits looks for what other servers have submitted, at the most
 * @param consistentReads whether what other servers did shows at once, for twice the price of a read; otherwise mostly
 *     within a second
 * @param upkeep whether this server takes its turn at going through the table now and then, to set right what was edited
 *     by hand and to correct the counts; one server that does is needed
 */
public record DynQueueSettings(
        String tablePrefix,
        boolean create,
        Optional<Capacity> provisioned,
        Map<String, String> tags,
        Duration retention,
        int shards,
        Duration pollInterval,
        boolean consistentReads,
        boolean upkeep) {
    // What DynamoDB allows, less the rest of the longest name.
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.-]{0,200}");

    /** The most partitions of the index. */
    public static final int MAX_SHARDS = 100;

    /** Tables {@code armlib-...}, made where they are missing and paid by use; a week's memory; a look a second. */
    public static final DynQueueSettings DEFAULT = new DynQueueSettings(
            "armlib-", true, Optional.empty(), Map.of(), Duration.ofDays(7), 1, Duration.ofSeconds(1), false, true);

    /**
     * A provisioned capacity.
     *
     * @param readUnits read units a second
     * @param writeUnits write units a second
     */
    public record Capacity(long readUnits, long writeUnits) {
        /** @throws InvalidRequestException if a number is not positive */
        public Capacity {
            if (readUnits < 1 || writeUnits < 1) {
                throw new InvalidRequestException(
                        "capacity", "is " + readUnits + " and " + writeUnits + "; at least 1 each is needed");
            }
        }
    }

    /** @throws InvalidRequestException if a value makes no sense */
    public DynQueueSettings {
        if (!PREFIX.matcher(tablePrefix).matches()) {
            throw new InvalidRequestException(
                    "table-prefix", "is '" + tablePrefix + "'; up to 200 of A-Z a-z 0-9 _ . - are allowed");
        }
        if (retention.isNegative()) {
            throw new InvalidRequestException("retention", "is " + retention + "; it must not be negative");
        }
        if (shards < 1 || shards > MAX_SHARDS) {
            throw new InvalidRequestException("shards", "is " + shards + "; 1 to " + MAX_SHARDS + " are allowed");
        }
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new InvalidRequestException(
                    "poll-interval", "is " + pollInterval + "; it must be longer than nothing");
        }
        tags = Map.copyOf(tags);
    }

    /** These settings, with other names for the tables. */
    public DynQueueSettings withTablePrefix(String prefix) {
        return new DynQueueSettings(
                prefix, create, provisioned, tags, retention, shards, pollInterval, consistentReads, upkeep);
    }

    /** These settings, under which the tables must be there. */
    public DynQueueSettings withoutCreation() {
        return new DynQueueSettings(
                tablePrefix, false, provisioned, tags, retention, shards, pollInterval, consistentReads, upkeep);
    }

    /** These settings, with tables of a fixed capacity. */
    public DynQueueSettings withCapacity(Capacity capacity) {
        return new DynQueueSettings(
                tablePrefix,
                create,
                Optional.of(capacity),
                tags,
                retention,
                shards,
                pollInterval,
                consistentReads,
                upkeep);
    }

    /** These settings, with other tags for the tables. */
    public DynQueueSettings withTags(Map<String, String> newTags) {
        return new DynQueueSettings(
                tablePrefix, create, provisioned, newTags, retention, shards, pollInterval, consistentReads, upkeep);
    }

    /** These settings, with another memory of finished requests. */
    public DynQueueSettings withRetention(Duration time) {
        return new DynQueueSettings(
                tablePrefix, create, provisioned, tags, time, shards, pollInterval, consistentReads, upkeep);
    }

    /** These settings, with more partitions or fewer. */
    public DynQueueSettings withShards(int count) {
        return new DynQueueSettings(
                tablePrefix, create, provisioned, tags, retention, count, pollInterval, consistentReads, upkeep);
    }

    /** These settings, with another time between looks. */
    public DynQueueSettings withPollInterval(Duration interval) {
        return new DynQueueSettings(
                tablePrefix, create, provisioned, tags, retention, shards, interval, consistentReads, upkeep);
    }

    /** These settings, with reads that see at once what other servers did. */
    public DynQueueSettings withConsistentReads() {
        return new DynQueueSettings(
                tablePrefix, create, provisioned, tags, retention, shards, pollInterval, true, upkeep);
    }

    /** These settings, for a server that leaves the upkeep to others, and so needs no right to scan the requests. */
    public DynQueueSettings withoutUpkeep() {
        return new DynQueueSettings(
                tablePrefix, create, provisioned, tags, retention, shards, pollInterval, consistentReads, false);
    }

    String requestsTable() {
        return tablePrefix + "requests";
    }

    String controlTable() {
        return tablePrefix + "control";
    }
}
