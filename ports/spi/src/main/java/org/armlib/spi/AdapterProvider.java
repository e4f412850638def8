package org.armlib.spi;

import com.google.inject.Module;
import java.util.List;

/**
 * Makes an adapter usable by name. Implementations have a public constructor without parameters, are named in
 * {@code META-INF/services/org.armlib.spi.AdapterProvider}, and do nothing but what the methods say.
 */
public interface AdapterProvider {

    /** The port that the adapter implements. */
    PortType port();

    /** The name in app.conf, for example {@code file}: lower case, one word. */
    String name();

    /** The settings it takes in its port's section. */
    List<Setting<?>> settings();

    /**
     * The Guice module that binds the {@linkplain PortType#port() port's type} as a singleton. It may ask for
     * {@link java.time.Clock} and {@link org.armlib.domain.RetryPolicy}, which the application binds. Opens nothing yet.
     *
     * @throws InvalidSettingException if a setting, or what it points to, cannot work
     */
    Module module(Settings settings);
}
