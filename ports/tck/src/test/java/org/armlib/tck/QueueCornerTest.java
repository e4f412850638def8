package org.armlib.tck;

import static org.armlib.tck.Fault.mustBeFound;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of the queue finds what goes wrong in its corners. */
class QueueCornerTest {
    @TestFactory
    Stream<DynamicTest> every_fault_is_found() {
        return mustBeFound(
                new Fault(
                        QueueCornerFaults.ScansTheWholeQueue.class,
                        "Q13_the_cost_of_a_lease_does_not_grow_with_the_queue"),
                new Fault(
                        QueueCornerFaults.PollsForWork.class,
                        "Q12_a_submit_wakes_a_waiting_worker_without_waiting_for_a_poll"),
                new Fault(
                        QueueCornerFaults.WakesItsOwnInstanceOnly.class,
                        "Q12_a_submit_at_another_instance_ends_a_wait"),
                new Fault(
                        QueueCornerFaults.SleepsThroughWhatFallsDue.class,
                        "Q12_the_end_of_a_backoff_ends_a_wait",
                        "Q12_a_backoff_that_begins_while_another_worker_waits_ends_its_wait",
                        "Q12_the_expiry_of_a_lease_ends_a_wait"),
                new Fault(QueueCornerFaults.SleepsThroughExpiry.class, "Q12_the_expiry_of_a_lease_ends_a_wait"),
                new Fault(
                        QueueCornerFaults.TakesOutBeforeItClaims.class,
                        "Q12_an_instance_that_is_closed_while_it_leases_loses_nothing"),
                new Fault(
                        QueueCornerFaults.ListsFinishedByOffset.class,
                        "Q14_in_every_phase_what_stays_is_listed_once_while_others_leave"),
                new Fault(
                        QueueCornerFaults.TakesCursorsOfOtherPhases.class, "Q14_a_cursor_of_another_phase_is_refused"),
                new Fault(QueueCornerFaults.TakesAnyCount.class, "Q18_a_count_below_one_is_refused"),
                new Fault(
                        QueueCornerFaults.ForgetsAHundredAtMost.class,
                        "Q10_one_call_forgets_as_many_as_its_limit_says"),
                new Fault(
                        QueueCornerFaults.KeepsCompletedRequestsTemporary.class,
                        "Q02_a_sticky_caller_makes_a_completed_request_sticky"),
                new Fault(
                        QueueCornerFaults.RefusesToResubmitOverAFailedSuccessor.class,
                        "Q01_a_resubmission_over_a_successor_that_has_ended_finds_how_it_ended"),
                new Fault(
                        QueueCornerFaults.KeepsAConnectionForEachRefusal.class,
                        "Q18_hundreds_of_calls_of_which_many_are_refused_leave_the_queue_usable"),
                new Fault(
                        QueueCornerFaults.ThrowsWhatTheStoreThrows.class,
                        "Q18_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port"),
                new Fault(
                        QueueCornerFaults.TranslatesAllErrorsButThoseOfRenewingMany.class,
                        "Q18_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port"),
                new Fault(
                        QueueCornerFaults.SaysThatAnOutageIsForEver.class,
                        "Q18_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port"),
                new Fault(
                        QueueCornerFaults.AnswersNothingIsThere.class,
                        "Q18_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port"));
    }
}
