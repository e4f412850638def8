package org.armlib.bootstrap;

import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The components of the older library and their properties, and the settings that mean the same here. A replacement is a
 * line of app.conf, or begins with # and says why there is none.
 */
final class OldSettings {
    static final String NO_COUNTERPART = "# has no counterpart in armlib";

    /** The older library works in this region and has no property for another. */
    private static final String REGION = "eu-west-1";

    private static final Duration MIN_POLL = Duration.ofMillis(10);
    private static final Duration MAX_POLL = Duration.ofHours(1);

    private static final String ONE_QUEUE = "# is not needed: there is one queue";
    private static final String ONE_CACHE = "# is not needed: there is one cache";
    private static final String OWN_FORMATS = "# is not needed: the processor names each format of a result";

    /** Class to adapter. */
    private static final Map<String, String> COMPONENTS = Map.of(
            "MemQueueManager", "queue.adapter = memory",
            "DynQueueManager", "queue.adapter = dynamodb",
            "SqlQueueManager", "queue.adapter = jdbc",
            "FileCacheManager", "cache.adapter = file",
            "S3CacheManager", "cache.adapter = s3",
            "StandardRequestManager", "# is always there and not configured");

    /** Class to the section in which it worked in {@link #REGION}. */
    private static final Map<String, String> IN_REGION = Map.of("DynQueueManager", "queue", "S3CacheManager", "cache");

    /** Property to what its value, and the other properties of the same component, become. */
    private static final Map<String, BiFunction<String, Map<String, String>, String>> PROPERTIES = Map.ofEntries(
            Map.entry("FileCacheManager.cacheDir", (value, others) -> directory(value)),
            Map.entry("FileCacheManager.urlPrefix", because("# is not needed: the HTTP interface knows its addresses")),
            Map.entry("FileCacheManager.defaultSuffix", because(OWN_FORMATS)),
            Map.entry("FileCacheManager.compressed", (value, others) -> compression(value)),
            Map.entry("S3CacheManager.bucket", text("cache.bucket")),
            Map.entry("S3CacheManager.baseKey", text("cache.prefix", OldSettings::withLastSlash)),
            Map.entry("S3CacheManager.region", text("cache.region")),
            Map.entry("S3CacheManager.s3BaseURL", OldSettings::publicUrl),
            Map.entry("S3CacheManager.workArea", because("# is not needed: results are uploaded as they are written")),
            Map.entry("S3CacheManager.defaultSuffix", because(OWN_FORMATS)),
            Map.entry("S3CacheManager.compressed", (value, others) -> compression(value)),
            Map.entry("DynQueueManager.tablePrefix", text("queue.table-prefix")),
            Map.entry("DynQueueManager.region", text("queue.region")),
            Map.entry("DynQueueManager.localTestEndpoint", text("queue.endpoint")),
            Map.entry("DynQueueManager.checkInterval", (value, others) -> pollInterval(value)),
            Map.entry(
                    "MemQueueManager.checkInterval", because("# is not needed: workers are woken when there is work")),
            Map.entry("StandardRequestManager.queueManager", because(ONE_QUEUE)),
            Map.entry("StandardRequestManager.cacheManager", because(ONE_CACHE)));

    private OldSettings() {}

    /** Whether the older library has a component of this simple class name. */
    static boolean isComponent(String simpleName) {
        return COMPONENTS.containsKey(simpleName);
    }

    /** The replacement of a component with some properties. */
    static String component(String simpleName, Map<String, String> properties) {
        String adapter = COMPONENTS.getOrDefault(simpleName, NO_COUNTERPART);
        String section = IN_REGION.getOrDefault(simpleName, "");
        return section.isEmpty() || properties.containsKey("region")
                ? adapter
                : adapter + ", " + section + ".region = " + REGION;
    }

    /** The replacement of a property; {@code properties} are all of the same component. */
    static String property(String simpleName, String property, String value, Map<String, String> properties) {
        return PROPERTIES
                .getOrDefault(simpleName + "." + property, because(NO_COUNTERPART))
                .apply(value, properties);
    }

    /** A property's name as beans have it: S3BaseURL and s3BaseURL are one. */
    static String propertyName(String written) {
        return written.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + written.substring(1);
    }

    private static BiFunction<String, Map<String, String>, String> because(String reason) {
        return (value, others) -> reason;
    }

    private static BiFunction<String, Map<String, String>, String> text(String setting) {
        return text(setting, UnaryOperator.identity());
    }

    private static BiFunction<String, Map<String, String>, String> text(String setting, UnaryOperator<String> form) {
        return (value, others) -> setting + " = " + ConfigUtil.quoteString(form.apply(value));
    }

    private static String directory(String value) {
        return value.contains("${")
                ? "# names a folder of the web application; write the folder itself, as in cache.directory = results"
                : "cache.directory = " + ConfigUtil.quoteString(value);
    }

    private static String compression(String value) {
        return "cache.compression = " + (value.equalsIgnoreCase("true") ? "gzip" : "none");
    }

    /** From milliseconds, within what the setting allows. */
    private static String pollInterval(String value) {
        Optional<Duration> interval = millis(value);
        return interval.map(given -> given.compareTo(MIN_POLL) < 0 ? MIN_POLL : given)
                .map(given -> given.compareTo(MAX_POLL) > 0 ? MAX_POLL : given)
                .map(given -> "queue.poll-interval = " + given.toMillis() + "ms")
                .orElse("# is not a number of milliseconds; queue.poll-interval has the default");
    }

    private static Optional<Duration> millis(String value) {
        try {
            return Optional.of(Duration.ofMillis(Long.parseLong(value)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The old base has the bucket behind it, the new one in it. */
    private static String publicUrl(String base, Map<String, String> others) {
        return Optional.ofNullable(others.get("bucket"))
                .map(bucket -> "cache.public-url = " + ConfigUtil.quoteString(withLastSlash(base) + bucket + "/"))
                .orElse("# needs the bucket; write cache.public-url, at which the bucket is served");
    }

    private static String withLastSlash(String text) {
        return text.isEmpty() || text.endsWith("/") ? text : text + "/";
    }
}
