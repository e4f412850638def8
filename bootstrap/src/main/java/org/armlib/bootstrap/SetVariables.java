package org.armlib.bootstrap;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that have a value. Service managers and containers pass a variable that nobody has set as an
 * empty one, which HOCON takes for a value.
 */
final class SetVariables implements ConfigResolver {
    private final Map<String, String> environment;

    private SetVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Resolves each <code>${?NAME}</code>, which counts as absent if the variable is empty. A <code>${NAME}</code> stays
     * open if it is: there the empty text may be what is meant.
     */
    static Config resolve(Config parsed, Map<String, String> environment) {
        return parsed.resolve(ConfigResolveOptions.defaults()
                .setUseSystemEnvironment(false)
                .setAllowUnresolved(true)
                .appendResolver(new SetVariables(environment)));
    }

    @Override
    public @Nullable ConfigValue lookup(String path) {
        String value = environment.getOrDefault(path, "");
        String origin = "env var " + path;
        if (!value.isBlank()) {
            return ConfigValueFactory.fromAnyRef(value, origin);
        }
        List<String> items = items(path);
        return items.isEmpty() ? null : ConfigValueFactory.fromIterable(items, origin);
    }

    /** The list that NAME[] stands for: NAME_0, NAME_1 and so on. */
    private List<String> items(String path) {
        List<String> items = new ArrayList<>();
        for (int i = 0; environment.containsKey(path + "_" + i); i++) {
            items.add(environment.getOrDefault(path + "_" + i, ""));
        }
        return items;
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
        return this;
    }
}
