package org.armlib.jdbc;

/** The expression by which the database tells the time, in microseconds since 1970. */
@FunctionalInterface
interface Clockwork {
    /** The database's own time. */
    Clockwork REAL = (database, names) -> switch (database) {
        case H2 -> H2Dialect.NOW;
        case POSTGRESQL -> PostgresDialect.NOW;
        case MARIADB, MYSQL -> MariaDbDialect.NOW;
    };

    String now(Database database, Names names);
}
