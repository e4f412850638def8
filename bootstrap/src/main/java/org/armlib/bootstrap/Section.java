package org.armlib.bootstrap;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The sections of app.conf. Those of ports hold the settings of the adapter they name, too. */
enum Section {
    QUEUE,
    CACHE,
    PROCESSOR,
    WORKER,
    SERVER;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(Section::key).toList();
    }
}
