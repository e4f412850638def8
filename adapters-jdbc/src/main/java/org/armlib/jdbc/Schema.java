package org.armlib.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.armlib.ports.QueueException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of a queue: makes them, brings them up to date, or says how. */
final class Schema {
    /** H2 has no lock by which Flyway could keep two migrations apart; those that can meet are in one process. */
    private static final Object MIGRATING = new Object();

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /** The version of the newest migration. */
    static final int VERSION = 3;

    private static final int TRIES = 3;
    private static final String FILE = "V%d__queue.sql";

    private final Database database;
    private final Names names;

    Schema(Database database, Names names) {
        this.database = database;
        this.names = names;
    }

    /**
     * Sees to it that the tables are there as this version needs them.
     *
     * @param migrate whether to make them so
     * @return whether they were changed
     * @throws QueueException if they are not
     */
    boolean prepare(DataSource source, boolean migrate) throws SQLException {
        requireTwoConnections(source);
        int version = version(source);
        if (version > VERSION) {
            throw new QueueException(
                    "the tables " + names.qualified() + "... are of version " + version + ", made by a later armlib;"
                            + " this one knows " + VERSION + ". Update armlib, or give it tables of its own by"
                            + " another table-prefix",
                    false);
        }
        if (version == VERSION) {
            return false;
        }
        if (!migrate) {
            throw new QueueException(
                    (version == 0 ? "there are no tables " : "an update is due of the tables ") + names.qualified()
                            + "..., and migrate = false leaves that to you: run what `armlib schema` prints"
                            + (version == 0 ? "" : ", from version " + (version + 1) + " on"),
                    false);
        }
        migrate(source);
        return true;
    }

    /** Making the tables takes two connections, and so does listening while calls go on. */
    private static void requireTwoConnections(DataSource source) throws SQLException {
        try (Connection first = source.getConnection()) {
            try (Connection second = source.getConnection()) {
                LOG.trace("{} and {} at the same time", first, second);
            } catch (SQLException e) {
                throw Faults.noSecondConnection(e);
            }
        }
    }

    private void migrate(DataSource source) throws SQLException {
        synchronized (MIGRATING) {
            migrateAlone(source);
        }
    }

    private void migrateAlone(DataSource source) throws SQLException {
        for (int attempt = 1; version(source) < VERSION; attempt++) {
            try {
                flyway(source, version(source)).migrate();
            } catch (FlywayException e) {
                // Another server may have been at it at the same time.
                if (attempt == TRIES && version(source) < VERSION) {
                    throw new QueueException(
                            "cannot make the tables " + names.qualified() + "...: " + e.getMessage()
                                    + (Faults.isDenied(e) ? "; give the user the right to create tables" : "")
                                    + "; or run what `armlib schema` prints",
                            Optional.empty(),
                            false,
                            e);
                }
            }
        }
    }

    /** The migration of these tables; {@code version} is theirs where they were made by hand. */
    Flyway flyway(DataSource source, int version) {
        FluentConfiguration configuration = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:" + database.folder())
                .table(names.prefix() + "schema_history")
                .placeholders(placeholders())
                .baselineOnMigrate(true)
                .baselineVersion(String.valueOf(version));
        names.schema()
                .map(name -> database == Database.H2 ? name.toUpperCase(Locale.ROOT) : name)
                .ifPresent(name -> configuration.schemas(name).createSchemas(true));
        return configuration.load();
    }

    /** The version of the tables that are there, 0 if there are none. */
    int version(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(names.in("SELECT schema_version FROM {control} WHERE id = 1"))) {
            return row.next() ? row.getInt(1) : 0;
        } catch (SQLException e) {
            if (Faults.isOutage(e)) {
                throw e;
            }
            return 0;
        }
    }

    /** All that makes the tables, from none. */
    String ddl() {
        StringBuilder text = new StringBuilder();
        names.schema()
                .ifPresent(name ->
                        text.append("CREATE SCHEMA IF NOT EXISTS ").append(name).append(";\n\n"));
        for (int version = 1; version <= VERSION; version++) {
            text.append("-- Version ").append(version).append('\n').append(script(version));
        }
        return text.toString();
    }

    private String script(int version) {
        String path = database.folder() + "/" + FILE.formatted(version);
        try (InputStream in = Schema.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new QueueException(path + " is missing in armlib's own jar; build it again", false);
            }
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> one : placeholders().entrySet()) {
                script = script.replace("${" + one.getKey() + "}", one.getValue());
            }
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> placeholders() {
        return Map.of("prefix", names.prefix(), "qualified", names.qualified());
    }
}
