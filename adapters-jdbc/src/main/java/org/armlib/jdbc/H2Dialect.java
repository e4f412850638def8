package org.armlib.jdbc;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.armlib.domain.RetryPolicy;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * H2. It applies LIMIT before it passes over locked rows, so that of two claimers with SKIP LOCKED one would see an
 * empty queue; instead a few more candidates are read than wanted, and taken if they are still as they were read.
 */
final class H2Dialect extends PlainDialect {
    static final String NOW =
            "DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', CURRENT_TIMESTAMP)";

    private static final int SPARE = 16;

    H2Dialect(Tables tables, RetryPolicy policy) {
        super(tables, policy);
    }

    @Override
    List<String> addIfAbsent() {
        return List.of(
                "MERGE INTO {live} l USING (SELECT CAST(:key AS VARCHAR(200)) AS k) n ON l.request_key = n.k"
                        + " WHEN NOT MATCHED THEN INSERT (",
                ")");
    }

    /** One array, so that the statement is the same for any number. */
    @Override
    String among() {
        return "= ANY (:keys)";
    }

    @Override
    <S extends SqlStatement<S>> S bindKeys(S statement, Collection<String> keys) {
        return statement.registerArrayType(String.class, "varchar").bindArray("keys", String.class, keys);
    }

    @Override
    Optional<String> places() {
        return Optional.of("SELECT NEXT VALUE FOR {live}_seq FROM SYSTEM_RANGE(1, :count)");
    }

    @Override
    String byKeyHint() {
        return "";
    }

    @Override
    String candidates(int wanted) {
        return String.valueOf(wanted + SPARE);
    }

    @Override
    public String workerSeen() {
        return "MERGE INTO {worker} KEY (name) VALUES (:name, :seen)";
    }

    @Override
    public String skipLocked() {
        return "";
    }
}
