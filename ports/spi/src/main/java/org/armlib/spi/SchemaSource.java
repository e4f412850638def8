package org.armlib.spi;

/**
 * What a provider implements beside {@link AdapterProvider} if its adapter keeps its data in a schema that somebody else
 * may have to make: the administrator of a database in which the application may create nothing.
 */
public interface SchemaSource {

    /**
     * The statements that make, from nothing, the schema which the adapter needs: SQL with comments, complete lines, for
     * a person to read and the database's own tool to run. Decided by the settings alone: opens and connects to nothing.
     * Contains no secret.
     *
     * @param settings the adapter's, as {@link AdapterProvider#module} takes them
     * @throws InvalidSettingException if the settings do not say enough, which database it is for example
     */
    String schema(Settings settings);
}
