package org.armlib.spi;

import com.google.inject.Module;
import java.util.List;
import javax.sql.DataSource;

/**
 * What a provider implements in addition to {@link AdapterProvider} if its adapter can use connections of the embedding
 * program.
 */
public interface DataSourceAdapter {

    /** The settings it takes then: those that say how to connect are not among them. */
    List<Setting<?>> settingsWithDataSource();

    /**
     * As {@link AdapterProvider#module}, with the connections of {@code source}, which the adapter does not close.
     *
     * @throws InvalidSettingException if a setting cannot work
     */
    Module module(Settings settings, DataSource source);
}
