package org.armlib.tck;

import static org.armlib.tck.Fault.mustBeFound;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of the queue finds those that rely on clocks. */
class QueueClockContractTest {
    @TestFactory
    Stream<DynamicTest> every_fault_is_found() {
        return mustBeFound(
                new Fault(
                        BrokenQueueClocks.WaitsForTheSubmittersClock.class,
                        "Q11_a_request_submitted_by_a_clock_that_is_ahead_is_due_at_once",
                        "Q11_a_waiting_worker_is_woken_by_a_request_of_a_clock_that_is_ahead",
                        "Q11_a_request_released_or_submitted_again_by_a_clock_that_is_ahead_is_due_at_once"),
                new Fault(
                        BrokenQueueClocks.KeepsWaitsOfAClockThatWasAhead.class,
                        "Q11_a_lease_granted_by_a_clock_that_was_ahead_lasts_for_one_visibility_timeout_at_most"),
                new Fault(
                        BrokenQueueClocks.StandsStillUntilItsClockHasCaughtUp.class,
                        "Q11_work_goes_on_when_a_clock_that_was_ahead_is_put_right"),
                new Fault(
                        BrokenQueueClocks.OrdersResubmissionsByTheClock.class,
                        "Q11_a_new_submission_orders_after_what_it_supersedes_whatever_the_clocks",
                        "Q11_a_completed_submission_that_is_earlier_than_what_is_superseded_gives_way"));
    }
}
