package org.armlib.jdbc;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.armlib.domain.ArmlibException;
import org.armlib.domain.RequestKey;
import org.armlib.ports.QueueException;

/** What an error of the database means: whether the same can be tried again, and what to tell the caller. */
final class Faults {
    /** Serialization failure, deadlock, lock not available, cancelled by a timeout; and H2's words for a concurrent update and a lock timeout. */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "55P03", "57014", "90131", "HYT00");

    /** PostgreSQL: shutting down, crashed, starting, an idle session ended. H2: connection broken, database closing. */
    private static final Set<String> LOST =
            Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "25P04", "90067", "90098", "90121", "90007", "90135");

    /** PostgreSQL: insufficient privilege. H2: not enough rights, admin rights are required. */
    private static final Set<String> DENIED = Set.of("42501", "90096", "90040");

    /** MariaDB: access to a database, to a table, or to a privileged operation is denied. */
    private static final Set<Integer> MARIADB_DENIED = Set.of(1044, 1142, 1227);

    private static final String READ_ONLY = "25006";
    private static final String DUPLICATE = "23505";
    private static final String INTEGRITY = "23000";
    private static final String H2_LOCKED = "90020";
    private static final String H2_NO_DATABASE = "90146";

    /** H2: a file that cannot be made, and where another error of the file system came between. */
    private static final Set<String> H2_FOLDER = Set.of("90062", "90031");

    /** H2: a file that cannot be read, that is damaged, or that another version wrote. */
    private static final Set<String> H2_FILE = Set.of("90028", "90030", "90048");

    /** H2: relative path, URL format, duplicate and unsupported settings. PostgreSQL: URL that cannot be parsed. */
    private static final Set<String> WRONG_URL = Set.of("90011", "90046", "90066", "90088", "90113", "99999");

    private static final String REJECTED = "08004";
    private static final String NO_SUCH_OBJECT = "42";
    private static final String ONE_PROCESS =
            "; an H2 file belongs to one process at a time: stop the other one, or use PostgreSQL";

    /** PostgreSQL: a prepared statement that is unknown, or known already: each statement goes to another session. */
    private static final Set<String> OTHER_SESSION = Set.of("26000", "42P05");

    private static final String POOLER =
            "; the way to the database leads through a pooler that changes sessions between"
                    + " statements: add prepareThreshold=0 to the URL, or let it pool by session";

    /** The server is a replica, or locked for writing. */
    private static final Set<Integer> MARIADB_READ_ONLY = Set.of(1290, 1792, 1836);

    private static final int MARIADB_NO_DATABASE = 1049;
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

    /**
     * Whether what kept a queue from being opened may pass by itself. H2 calls broken connections what is wrong with its
     * file or URL.
     */
    static boolean mayPass(SQLException problem) {
        SQLException root = root(problem);
        String state = state(root);
        boolean ofH2 = state.startsWith("90") && !state.equals(H2_LOCKED) && !LOST.contains(state);
        return isConflict(root) || (isOutage(root) && !ofH2 && !isRejection(root) && !state.startsWith(NO_SUCH_OBJECT));
    }

    /** PostgreSQL's driver got to the server, and cannot or may not log in there; MariaDB has no room just now. */
    private static boolean isRejection(SQLException e) {
        return state(e).equals(REJECTED) && e.getErrorCode() == 0;
    }

    /** Whether a key was there already. */
    static boolean isDuplicate(SQLException e) {
        return state(e).equals(DUPLICATE) || state(e).equals(INTEGRITY);
    }

    /** Whether the server is a standby: after a failover, the connection leads to the wrong one. */
    static boolean isReadOnly(SQLException e) {
        return state(e).equals(READ_ONLY) || MARIADB_READ_ONLY.contains(e.getErrorCode());
    }

    /** The port's exception for {@code problem}; itself if it is one of ours. */
    static ArmlibException translate(String tried, Optional<RequestKey> key, Throwable problem) {
        if (problem instanceof ArmlibException ours) {
            return ours;
        }
        boolean retryable = isConflict(problem) || isOutage(problem);
        String said = sqlException(problem).map(Faults::words).orElseGet(problem::toString);
        String advice = sqlException(problem)
                .flatMap(e -> standingAdvice(state(e)))
                .orElse(retryable ? "; the same call may succeed later" : "");
        return new QueueException(
                "cannot " + tried + key.map(k -> " '" + k + "'").orElse("") + ": the database says " + said + advice,
                key,
                retryable,
                problem);
    }

    private static Optional<String> standingAdvice(String state) {
        if (state.equals(H2_LOCKED)) {
            return Optional.of(ONE_PROCESS);
        }
        return OTHER_SESSION.contains(state) ? Optional.of(POOLER) : Optional.empty();
    }

    /**
     * The port's exception for a queue that could not be opened; {@code queue} says which, {@code hiding} takes the secrets
     * out of what the driver says, which is often the URL.
     */
    static QueueException unopened(String queue, SQLException problem, UnaryOperator<String> hiding) {
        boolean mayPass = mayPass(problem);
        return new QueueException(
                "cannot open " + queue + ": the database says " + hiding.apply(words(problem))
                        + advice(root(problem), mayPass),
                Optional.empty(),
                mayPass,
                withoutSecrets(problem, hiding));
    }

    /** The problem, or one in its place if it or a cause has a secret in its message, as stack traces are logged. */
    private static SQLException withoutSecrets(SQLException problem, UnaryOperator<String> hiding) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            if (!hiding.apply(message).equals(message)) {
                SQLException shown = new SQLException(
                        hiding.apply(String.valueOf(problem.getMessage())),
                        problem.getSQLState(),
                        problem.getErrorCode());
                shown.setStackTrace(problem.getStackTrace());
                return shown;
            }
        }
        return problem;
    }

    /** The port's exception for a source that hands out one connection and, while that is in use, no second one. */
    static QueueException noSecondConnection(SQLException problem) {
        return new QueueException(
                "cannot open the queue: its DataSource has one connection and hands out no second one beside it ("
                        + words(problem) + "); raise the maximum size of the pool: 2 are the least that the queue works"
                        + " with, and JdbcQueueSettings.sessions() + 5 what it may use",
                Optional.empty(),
                mayPass(problem),
                problem);
    }

    /** Whether the user lacks a right. */
    static boolean isDenied(Throwable problem) {
        return sqlException(problem)
                .filter(e -> DENIED.contains(state(e)) || MARIADB_DENIED.contains(e.getErrorCode()))
                .isPresent();
    }

    private static String advice(SQLException root, boolean mayPass) {
        String state = state(root);
        if (state.startsWith("28") || isRejection(root)) {
            return "; correct the user or the password";
        }
        if (state.startsWith("3D") || state.equals(H2_NO_DATABASE) || root.getErrorCode() == MARIADB_NO_DATABASE) {
            return "; create that database, or correct the URL";
        }
        if (state.equals(H2_LOCKED)) {
            return ONE_PROCESS;
        }
        if (H2_FOLDER.contains(state)) {
            return "; name a file in a folder that is there or can be made, and that this process may write";
        }
        if (H2_FILE.contains(state)) {
            return "; the file is damaged, or not of this version of H2: put a backup of it in its place, or move it"
                    + " away to begin with an empty queue";
        }
        if (WRONG_URL.contains(state)) {
            return "; correct the URL";
        }
        return mayPass ? "; see that the server is up and can be reached, and try again" : "";
    }

    /** What the database said, and beneath it the driver or the network, in one line. */
    private static String words(SQLException problem) {
        SQLException root = root(problem);
        StringBuilder words = new StringBuilder(String.valueOf(problem.getMessage()));
        if (root != problem) {
            words.append(", because ").append(root.getMessage());
        }
        Throwable deepest = root;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest instanceof UnknownHostException
                ? "unknown host " + deepest.getMessage()
                : String.valueOf(deepest.getMessage());
        if (words.indexOf(message) < 0) {
            words.append(" (").append(message).append(')');
        }
        String oneLine = words.toString().replaceAll("\\s++", " ");
        return JdbcAccess.withoutPassword(oneLine) + " (SQL state " + root.getSQLState() + ")";
    }

    /** What the driver said, beneath what a pool made of it. */
    private static SQLException root(SQLException problem) {
        SQLException root = problem;
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof SQLException e) {
                root = e;
            }
        }
        return root;
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
