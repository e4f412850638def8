package org.armlib.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.armlib.domain.BatchRequest;
import org.armlib.domain.Lease;
import org.armlib.domain.WorkerId;
import org.jdbi.v3.core.Handle;

/**
 * What one database does in its own way: the steps that come by the thousand. Each is to be run as one transaction, and
 * leaves alone every row that its guard does not fit, for the caller to look at one by one.
 */
interface Dialect {
    /** Whether every step below is one statement, or one round trip, that needs no transaction around it. */
    boolean isOneStep();

    /** A statement that notes {@code :name} as seen at {@code :seen}. */
    String workerSeen();

    /** What makes a locking select pass over rows that others have locked, or nothing. */
    String skipLocked();

    /** The order in which an index has the running rows, as a clause. */
    String orderOfRunning();

    /**
     * Conditions for the rows up to the place {@code :lane}, {@code :seq}, which may use {@code :laneBefore} too, and the
     * order in which an index has them. No row fulfils two of them.
     */
    List<String> upToPlace();

    /**
     * Conditions for the rows behind the place {@code :lane}, {@code :seq}, up to {@code :lastLane}, which may use
     * {@code :nextLane} too, and the order in which an index has them. No row fulfils two of them.
     */
    List<String> afterPlace();

    /**
     * A table expression for the first rows of a query, of which an index has the order, so that no others are read.
     *
     * @param limit the number of rows, a literal or a parameter
     */
    String first(String query, String limit);

    /**
     * A request to be added.
     *
     * @param request what was submitted
     * @param entropy chance that names the submission, the same whenever the step is repeated
     */
    record Newcomer(BatchRequest request, long entropy) {}

    /** What a worker's call for one request brings along. */
    record Slot(WorkerId worker, UUID token) {}

    /** Adds those whose key neither table has, and returns those that were added. No key comes twice. */
    List<Stored> add(Handle handle, List<Newcomer> newcomers) throws SQLException;

    /**
     * Leases ready rows, the first in order to the first slot, for {@link LeaseDesk#MOST} slots at most; or none if the
     * queue is suspended, a row waits whose time has come, or it is {@code upkeepAt} or later.
     *
     * @param floor no row up to it is looked at
     */
    List<Stored> claim(Handle handle, List<Slot> slots, long upkeepAt, Tables.Place floor) throws SQLException;

    /** Completes those whose lease is current, and returns them. */
    List<Stored> complete(Handle handle, Collection<Lease> leases) throws SQLException;

    /** Extends those leases that are current, and returns their rows. */
    List<Stored> renew(Handle handle, Collection<Lease> leases) throws SQLException;
}
