package org.armlib.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Optional;
import java.util.Set;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueueException;

/** What an error of the database means: whether the same can be tried again, and what to tell the caller. */
final class Faults {
    /** Serialization failure, deadlock, lock not available; and H2's words for a concurrent update and a lock timeout. */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "55P03", "90131", "HYT00");

    /** PostgreSQL: shutting down, crashed, starting, an idle session ended. H2: connection broken, database closing. */
    private static final Set<String> LOST =
            Set.of("57P01", "57P02", "57P03", "57P05", "90067", "90098", "90121", "90007", "90135");

    private static final String READ_ONLY = "25006";
    private static final String DUPLICATE = "23505";
    private static final String INTEGRITY = "23000";
    private static final String H2_LOCKED = "90020";
    private static final int MARIADB_LOCK_WAIT_TIMEOUT = 1205;
    private static final int MARIADB_DEADLOCK = 1213;

    private Faults() {}

    /** Whether the transaction was rolled back for the sake of others, so that it may succeed at once. */
    static boolean isConflict(Throwable problem) {
        return sqlException(problem)
                .filter(e -> CONFLICTS.contains(state(e))
                        || e.getErrorCode() == MARIADB_DEADLOCK
                        || e.getErrorCode() == MARIADB_LOCK_WAIT_TIMEOUT)
                .isPresent();
    }

    /** Whether the server, or the way to it, is not there, so that what was tried may or may not have happened. */
    static boolean isOutage(Throwable problem) {
        return sqlException(problem)
                .filter(e -> !isRefusal(e))
                .filter(e -> e instanceof SQLNonTransientConnectionException
                        || e instanceof SQLRecoverableException
                        || e instanceof SQLTransientException
                        || state(e).startsWith("08")
                        || state(e).startsWith("53")
                        || LOST.contains(state(e))
                        || isReadOnly(e))
                .isPresent();
    }

    /** Whether the server is there and says no: the user or password is wrong, or there is no such database. */
    private static boolean isRefusal(SQLException e) {
        return state(e).startsWith("28") || state(e).startsWith("3D");
    }

    /** Whether a key was there already. */
    static boolean isDuplicate(SQLException e) {
        return state(e).equals(DUPLICATE) || state(e).equals(INTEGRITY);
    }

    /** Whether the server is a standby: after a failover, the connection leads to the wrong one. */
    static boolean isReadOnly(SQLException e) {
        return state(e).equals(READ_ONLY);
    }

    /** The port's exception for {@code problem}; itself if it is one of ours. */
    static ArmlibException translate(String tried, Optional<RequestKey> key, Throwable problem) {
        if (problem instanceof ArmlibException ours) {
            return ours;
        }
        boolean retryable = isConflict(problem) || isOutage(problem);
        String said = sqlException(problem)
                .map(e -> e.getMessage() + " (SQL state " + e.getSQLState() + ")")
                .orElseGet(problem::toString);
        String advice = sqlException(problem)
                .filter(e -> state(e).equals(H2_LOCKED))
                .map(e -> "; an H2 file belongs to one process at a time: stop the other one, or use PostgreSQL")
                .orElse(retryable ? "; the same call may succeed later" : "");
        return new QueueException(
                "cannot " + tried + key.map(k -> " '" + k + "'").orElse("") + ": the database says " + said + advice,
                key,
                retryable,
                problem);
    }

    static Optional<SQLException> sqlException(Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof SQLException e) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
