package org.armlib.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.Pending;
import org.armlib.domain.RetryPolicy;
import org.armlib.domain.Submission;
import org.armlib.domain.SubmissionId;
import org.armlib.json.JsonForms;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: every step is one round trip, with arrays for the rows it is about. */
final class PostgresDialect implements Dialect {
    static final String NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    /**
     * The rows of current leases, found by nothing but their keys: a plan lives longer than what the planner knew when it
     * made it, and a join, or the index of running rows, that was the best with few rows would read all of many.
     */
    private static final String LEASED =
            "q.request_key = ANY (?) AND q.token || q.request_key = ANY (?) AND q.state::text = 'R'";

    private final String add;
    private final String addOne;
    private final String claim;
    private final String complete;
    private final String renew;

    private final StoredText texts;
    private final long visibility;

    PostgresDialect(Tables tables, String now, RetryPolicy policy) {
        this.texts = tables.texts();
        this.visibility = Times.micros(policy.visibilityTimeout());
        // The second statement sees what the first had to wait for: a request that ended in between is in the other
        // table now, and was not to be added.
        // Places are given in the order of submission, rows are added in that of their keys: of two that add the same
        // keys one waits for the other, and never each for the other.
        this.add = tables.sql("WITH t AS MATERIALIZED (SELECT " + now + " AS now_),"
                + " n AS MATERIALIZED (SELECT u.*, nextval('{live}_seq_seq') AS seq"
                + " FROM unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::boolean[], ?::bigint[],"
                + " ?::text[]) WITH ORDINALITY AS u(k, lane, entropy, uri, parameters, sticky, estimate, trace, i)"
                + " WHERE u.k <> ALL (ARRAY(SELECT f.request_key FROM {finished} f WHERE f.request_key = ANY (?)))"
                + " ORDER BY u.i)"
                + " INSERT INTO {live} (request_key, seq, lane, state, submission, uri, parameters, sticky,"
                + " estimate, submitted, attempts, fence, not_before, trace) OVERRIDING SYSTEM VALUE"
                + " SELECT n.k, n.seq, n.lane, 'P', lpad(to_hex(t.now_ / 1000), 12, '0') || n.entropy, n.uri,"
                + " n.parameters, n.sticky, n.estimate, t.now_, 0, 0, t.now_, n.trace FROM n, t"
                + " ORDER BY n.k COLLATE \"C\""
                + " ON CONFLICT (request_key) DO NOTHING RETURNING request_key, submission, submitted, seq;"
                + " DELETE FROM {live} q WHERE q.request_key = ANY (ARRAY("
                + "SELECT f.request_key FROM {finished} f WHERE f.request_key = ANY (?)))"
                + " AND right(q.submission, 16) = ANY (?) RETURNING q.request_key");
        // The same for one, at half the cost.
        this.addOne = tables.sql("INSERT INTO {live} (request_key, lane, state, submission, uri, parameters, sticky,"
                + " estimate, submitted, attempts, fence, not_before, trace)"
                + " SELECT ?::text, ?, 'P', lpad(to_hex(t.now_ / 1000), 12, '0') || ?::text, ?, ?, ?, ?, t.now_, 0, 0,"
                + " t.now_, ? FROM (SELECT " + now + " AS now_) t"
                + " WHERE NOT EXISTS (SELECT 1 FROM {finished} f WHERE f.request_key = ?)"
                + " ON CONFLICT (request_key) DO NOTHING RETURNING request_key, submission, submitted, seq;"
                + " DELETE FROM {live} q WHERE q.request_key = ? AND right(q.submission, 16) = ?"
                + " AND EXISTS (SELECT 1 FROM {finished} f WHERE f.request_key = ?) RETURNING q.request_key");
        // The inner limit is for the plan, which is made for few rows; no more are locked than the outer one takes.
        // Nobody waits for the commit to be durable: a completion behind it makes it so, and a lease that is lost in a
        // crash is leased anew.
        this.claim = tables.sql("WITH t AS MATERIALIZED (SELECT " + now + " AS now_,"
                + " set_config('synchronous_commit', 'off', TRUE)),"
                + " gate AS MATERIALIZED (SELECT 1 FROM t, {control} c WHERE c.id = 1 AND NOT c.suspended"
                + " AND t.now_ < ? AND t.now_ < coalesce((SELECT min(w.not_before) FROM {live} w WHERE w.state = 'W'),"
                + " t.now_ + 1)),"
                + " c AS MATERIALIZED (SELECT * FROM (SELECT l.ctid AS row_, l.lane, l.seq FROM {live} l"
                + " WHERE l.state = 'P' AND (l.lane, l.seq) > (?, ?) AND EXISTS (SELECT 1 FROM gate)"
                + " ORDER BY l.lane, l.seq LIMIT " + LeaseDesk.MOST + " FOR UPDATE OF l SKIP LOCKED) l LIMIT ?), n AS"
                + " (SELECT c.row_, row_number() OVER (ORDER BY"
                + " c.lane, c.seq) AS i FROM c) UPDATE {live} q"
                + " SET state = 'R', attempts = q.attempts + 1,"
                + " fence = greatest(q.fence + 1, t.now_ / 1000),"
                + " not_before = t.now_, token = s.token, given_up"
                + " = NULL, worker = s.worker, started = t.now_,"
                + " expires = t.now_ + ?, progress = 0, note = '',"
                + " failure_kind = NULL, failure_message = NULL"
                + " FROM n JOIN unnest(?::text[], ?::text[]) WITH"
                + " ORDINALITY AS s(token, worker, i) ON s.i ="
                + " n.i, t WHERE"
                + " q.ctid ="
                + " n.row_"
                + " RETURNING"
                + " " + columns(Stored.LIVE_COLUMNS));
        this.complete = tables.sql("WITH t AS MATERIALIZED (SELECT " + now + " AS now_),"
                + " gone AS (DELETE FROM {live} q WHERE " + LEASED + " RETURNING q.*)"
                + " INSERT INTO {finished} (" + Stored.FINISHED_COLUMNS + ")"
                + " SELECT " + Stored.completedAt("t.now_") + " FROM gone, t RETURNING " + Stored.FINISHED_COLUMNS);
        this.renew = tables.sql("WITH t AS MATERIALIZED (SELECT " + now + " AS now_)"
                + " UPDATE {live} q SET expires = t.now_ + ?"
                + " FROM t WHERE " + LEASED + " RETURNING "
                + columns(Stored.LIVE_COLUMNS));
    }

    private static String columns(String columns) {
        return "q." + columns.replace(", ", ", q.");
    }

    @Override
    public boolean isOneStep() {
        return true;
    }

    @Override
    public String workerSeen() {
        return "INSERT INTO {worker} (name, seen) VALUES (:name, :seen)"
                + " ON CONFLICT (name) DO UPDATE SET seen = excluded.seen";
    }

    @Override
    public String orderOfRunning() {
        return " ORDER BY seq";
    }

    /** {@inheritDoc} Backwards: the index is entered at the place, but a scan that comes to it would not end there. */
    @Override
    public List<String> upToPlace() {
        return List.of("(lane, seq) <= (:lane, :seq) ORDER BY lane DESC, seq DESC");
    }

    @Override
    public List<String> afterPlace() {
        return List.of("(lane, seq) > (:lane, :seq) AND lane <= :lastLane ORDER BY lane, seq");
    }

    /**
     * {@inheritDoc} Where statistics are missing or old the planner expects a few hundred rows of a state, and would rather
     * read and sort all of them than follow the index to a limit that is beyond them. It does not see through the select
     * that is the inner limit, and expects a tenth of the rows to be wanted; the outer limit is for the estimate of the cost,
     * by which it decides whether to compile the statement.
     */
    @Override
    public String first(String query, String limit) {
        return "(SELECT * FROM (" + query + " LIMIT (SELECT CAST(" + limit + " AS bigint))) wanted_ LIMIT " + limit
                + ")";
    }

    @Override
    public String skipLocked() {
        return " SKIP LOCKED";
    }

    @Override
    public List<Stored> add(Handle handle, List<Newcomer> newcomers) throws SQLException {
        Map<String, Newcomer> byKey = new HashMap<>();
        newcomers.forEach(one -> byKey.put(one.request().key().value(), one));
        Connection connection = handle.getConnection();
        boolean alone = newcomers.size() == 1;
        try (PreparedStatement statement = connection.prepareStatement(alone ? addOne : add)) {
            if (alone) {
                setNewcomer(statement, newcomers.get(0));
            } else {
                setNewcomers(connection, statement, newcomers);
            }
            statement.execute();
            Map<String, Stored> added = new HashMap<>();
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    String key = rows.getString(1);
                    var time = Times.instant(rows.getLong(3));
                    Newcomer newcomer = byKey.get(key);
                    if (newcomer != null) {
                        added.put(
                                key,
                                new Stored(
                                        new Submission(
                                                SubmissionId.parse(rows.getString(2)),
                                                newcomer.request(),
                                                time,
                                                Pending.submitted(time, 0)),
                                        Stored.laneOf(newcomer.request()),
                                        rows.getLong(4)));
                    }
                }
            }
            if (statement.getMoreResults()) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        added.remove(rows.getString(1));
                    }
                }
            }
            return List.copyOf(added.values());
        }
    }

    private void setNewcomer(PreparedStatement statement, Newcomer newcomer) throws SQLException {
        BatchRequest request = newcomer.request();
        String key = request.key().value();
        statement.setString(1, key);
        statement.setLong(2, Stored.laneOf(request));
        statement.setString(3, entropy(newcomer));
        statement.setString(4, texts.writeUri(request.requestUri()));
        statement.setString(5, parameters(request));
        statement.setBoolean(6, request.sticky());
        statement.setLong(7, request.estimatedTime().toNanos());
        statement.setString(8, Stored.traceOf(request));
        statement.setString(9, key);
        statement.setString(10, key);
        statement.setString(11, entropy(newcomer));
        statement.setString(12, key);
    }

    private void setNewcomers(Connection connection, PreparedStatement statement, List<Newcomer> newcomers)
            throws SQLException {
        List<BatchRequest> requests = newcomers.stream().map(Newcomer::request).toList();
        Array keys =
                array(connection, "text", requests, request -> request.key().value());
        Array entropies = array(connection, "text", newcomers, PostgresDialect::entropy);
        statement.setArray(1, keys);
        statement.setArray(2, array(connection, "bigint", requests, Stored::laneOf));
        statement.setArray(3, entropies);
        statement.setArray(4, array(connection, "text", requests, request -> texts.writeUri(request.requestUri())));
        statement.setArray(5, array(connection, "text", requests, this::parameters));
        statement.setArray(6, array(connection, "boolean", requests, BatchRequest::sticky));
        statement.setArray(
                7,
                array(
                        connection,
                        "bigint",
                        requests,
                        request -> request.estimatedTime().toNanos()));
        statement.setArray(8, array(connection, "text", requests, Stored::traceOf));
        statement.setArray(9, keys);
        statement.setArray(10, keys);
        statement.setArray(11, entropies);
    }

    private String parameters(BatchRequest request) {
        return texts.writeJson(JsonForms.write(request.parameters()));
    }

    private static String entropy(Newcomer newcomer) {
        return HexFormat.of().toHexDigits(newcomer.entropy());
    }

    @Override
    public List<Stored> claim(Handle handle, List<Slot> slots, long upkeepAt, Tables.Place floor) throws SQLException {
        Connection connection = handle.getConnection();
        try (PreparedStatement statement = connection.prepareStatement(claim)) {
            statement.setLong(1, upkeepAt);
            statement.setLong(2, floor.lane());
            statement.setLong(3, floor.seq());
            statement.setInt(4, slots.size());
            statement.setLong(5, visibility);
            statement.setArray(
                    6, array(connection, "text", slots, slot -> slot.token().toString()));
            statement.setArray(
                    7, array(connection, "text", slots, slot -> slot.worker().value()));
            List<Stored> claimed = rows(statement);
            claimed.sort(Comparator.comparingLong(Stored::lane).thenComparingLong(Stored::seq));
            return claimed;
        }
    }

    @Override
    public List<Stored> complete(Handle handle, Collection<Lease> leases) throws SQLException {
        Connection connection = handle.getConnection();
        try (PreparedStatement statement = connection.prepareStatement(complete)) {
            setLeases(connection, statement, 1, leases);
            return rows(statement);
        }
    }

    @Override
    public List<Stored> renew(Handle handle, Collection<Lease> leases) throws SQLException {
        Connection connection = handle.getConnection();
        try (PreparedStatement statement = connection.prepareStatement(renew)) {
            statement.setLong(1, visibility);
            setLeases(connection, statement, 2, leases);
            return rows(statement);
        }
    }

    private static void setLeases(Connection connection, PreparedStatement statement, int at, Collection<Lease> leases)
            throws SQLException {
        statement.setArray(
                at, array(connection, "text", leases, lease -> lease.key().value()));
        statement.setArray(
                at + 1,
                array(
                        connection,
                        "text",
                        leases,
                        lease -> lease.token() + lease.key().value()));
    }

    private static List<Stored> rows(PreparedStatement statement) throws SQLException {
        List<Stored> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(Stored.of(rows));
            }
        }
        return found;
    }

    private static <T> Array array(
            Connection connection, String type, Collection<T> values, Function<T, @Nullable Object> element)
            throws SQLException {
        return connection.createArrayOf(type, values.stream().map(element).toArray());
    }
}
