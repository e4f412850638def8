package org.armlib.jdbc;

import com.google.inject.Module;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.armlib.domain.InvalidRequestException;
import org.armlib.spi.AdapterProvider;
import org.armlib.spi.DataSourceAdapter;
import org.armlib.spi.InvalidSettingException;
import org.armlib.spi.PortType;
import org.armlib.spi.SchemaSource;
import org.armlib.spi.Setting;
import org.armlib.spi.Settings;

/** The queue {@code jdbc}. */
public final class JdbcQueueProvider implements AdapterProvider, DataSourceAdapter, SchemaSource {
    private static final JdbcQueueSettings DEFAULT = JdbcQueueSettings.DEFAULT;
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Where the database is. */
    public static final Setting<String> URL = Setting.text(
                    "url",
                    "JDBC URL of the database: jdbc:postgresql://host/name, jdbc:mariadb://host/name, or jdbc:h2:file")
            .required();

    /** Whom to connect as. */
    public static final Setting<String> USER = Setting.text("user", "whom to connect as, unless the URL says so");

    /** That user's password. */
    public static final Setting<String> PASSWORD =
            Setting.text("password", "that user's password").secret();

    /** How the tables' names begin. */
    public static final Setting<String> TABLE_PREFIX = Setting.text(
                    "table-prefix", "how the names of the tables begin, so that several queues share a database")
            .withDefault(DEFAULT.tablePrefix());

    /** The schema of the tables. */
    public static final Setting<String> SCHEMA =
            Setting.text("schema", "schema of the tables; the connection's own unless given");

    /** The database's language. */
    public static final Setting<Database> DIALECT = Setting.choice(
            "dialect", "the database's language; found out from the connection unless given", Database.class);

    /** Whether the tables are made and brought up to date. */
    public static final Setting<Boolean> MIGRATE = Setting.flag(
                    "migrate", "make the tables and bring them up to date at the start; if false, only check them")
            .withDefault(DEFAULT.migrate());

    /** How often a waiting worker looks. */
    public static final Setting<Duration> POLL_INTERVAL = Setting.duration(
                    "poll-interval",
                    "how often a waiting worker looks for what other servers submitted, where they cannot tell",
                    Duration.ofMillis(10),
                    LONGEST)
            .withDefault(DEFAULT.pollInterval());

    /** How long an operation is tried again. */
    public static final Setting<Duration> RETRY_FOR = Setting.duration(
                    "retry-for",
                    "how long an operation is tried again while the database does not answer",
                    Duration.ZERO,
                    LONGEST)
            .withDefault(DEFAULT.retryFor());

    /** How long a connection may be silent. */
    public static final Setting<Duration> SOCKET_TIMEOUT = Setting.duration(
                    "socket-timeout",
                    "how long a connection may be without an answer while the server does not work for it, until"
                            + " another one takes its place",
                    JdbcQueueSettings.MIN_SOCKET_TIMEOUT,
                    JdbcQueueSettings.MAX_SOCKET_TIMEOUT)
            .withDefault(DEFAULT.socketTimeout());

    /** How many connections. */
    public static final Setting<Integer> POOL_SIZE = Setting.integer(
                    "pool-size",
                    "connections that work at once; there are up to two more, to listen and to check",
                    2,
                    200)
            .withDefault(DEFAULT.sessions());

    /** Found by {@link java.util.ServiceLoader}. */
    public JdbcQueueProvider() {}

    @Override
    public PortType port() {
        return PortType.QUEUE;
    }

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(
                URL,
                USER,
                PASSWORD,
                TABLE_PREFIX,
                SCHEMA,
                DIALECT,
                MIGRATE,
                POLL_INTERVAL,
                RETRY_FOR,
                POOL_SIZE,
                SOCKET_TIMEOUT);
    }

    @Override
    public List<Setting<?>> settingsWithDataSource() {
        return settings().stream()
                .filter(setting -> !setting.equals(URL) && !setting.equals(USER) && !setting.equals(PASSWORD))
                .toList();
    }

    @Override
    public Module module(Settings settings) {
        Drivers.problem(settings.get(URL), database(settings)).ifPresent(problem -> {
            throw new InvalidSettingException(URL.name(), problem);
        });
        return new JdbcQueueModule(
                new JdbcAccess(settings.get(URL), settings.find(USER), settings.find(PASSWORD)),
                queueSettings(settings));
    }

    @Override
    public Module module(Settings settings, DataSource source) {
        return new JdbcQueueModule(source, queueSettings(settings));
    }

    private static JdbcQueueSettings queueSettings(Settings settings) {
        return new JdbcQueueSettings(
                names(settings).prefix(),
                names(settings).schema(),
                settings.find(DIALECT),
                settings.get(MIGRATE),
                settings.get(POLL_INTERVAL),
                settings.get(RETRY_FOR),
                settings.get(POOL_SIZE),
                settings.get(SOCKET_TIMEOUT));
    }

    @Override
    public String schema(Settings settings) {
        return new Schema(database(settings), names(settings)).ddl();
    }

    private static Database database(Settings settings) {
        Optional<Database> named = settings.find(DIALECT);
        try {
            return named.isPresent() ? named.get() : Database.of(settings.get(URL));
        } catch (UnknownDatabaseException e) {
            throw new InvalidSettingException(URL.name(), String.valueOf(e.getMessage()));
        }
    }

    private static Names names(Settings settings) {
        try {
            return new Names(settings.find(SCHEMA), settings.get(TABLE_PREFIX));
        } catch (InvalidRequestException e) {
            // The field bears the name of the setting, and the message begins with it.
            String begin = e.field() + ": ";
            throw new InvalidSettingException(
                    e.field(), String.valueOf(e.getMessage()).substring(begin.length()));
        }
    }
}
