package org.armlib.bootstrap;

import com.google.inject.Module;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.Settings;

/**
 * An adapter that app.conf names.
 *
 * @param provider makes it
 * @param settings what app.conf says of it
 * @param module what the provider made of the settings
 */
record ChosenAdapter(AdapterProvider provider, Settings settings, Module module) {
    boolean isOnDataSource() {
        return provider instanceof Adapters.OnDataSource;
    }
}
