package org.armlib.jdbc;

import java.util.List;
import java.util.Optional;
import org.armlib.domain.RetryPolicy;

/** MariaDB and MySQL. */
final class MariaDbDialect extends PlainDialect {
    /** By UTC, since a local time comes twice when summer ends. */
    static final String NOW = "TIMESTAMPDIFF(MICROSECOND, TIMESTAMP '1970-01-01 00:00:00', UTC_TIMESTAMP(6))";

    MariaDbDialect(Tables tables, RetryPolicy policy) {
        super(tables, policy);
    }

    @Override
    List<String> addIfAbsent() {
        return List.of("INSERT IGNORE INTO {live} (", ")");
    }

    /** None: MySQL has no sequences. Of two that wait for each other InnoDB ends one at once, and it is tried again. */
    @Override
    Optional<String> places() {
        return Optional.empty();
    }

    @Override
    String byKeyHint() {
        return " FORCE INDEX (request_key)";
    }

    @Override
    String candidates(int wanted) {
        return wanted + " FOR UPDATE SKIP LOCKED";
    }

    @Override
    public String workerSeen() {
        return "INSERT INTO {worker} (name, seen) VALUES (:name, :seen)"
                + " ON DUPLICATE KEY UPDATE seen = VALUES(seen)";
    }

    @Override
    public String skipLocked() {
        return " SKIP LOCKED";
    }
}
