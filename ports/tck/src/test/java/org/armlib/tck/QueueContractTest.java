package org.armlib.tck;

import static org.armlib.tck.Fault.mustBeFound;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of the queue finds those who break it. */
class QueueContractTest {
    @TestFactory
    Stream<DynamicTest> every_fault_is_found() {
        return mustBeFound(
                new Fault(
                        BrokenQueues.HoldsWithoutDelay.class,
                        "W05_a_held_request_is_leased_again_after_the_delay_and_not_before"),
                new Fault(BrokenQueues.CountsHeldAttempts.class, "W05_the_attempt_of_a_held_request_does_not_count"),
                new Fault(
                        BrokenQueues.ForgetsHolds.class,
                        "W05_the_hold_is_visible_until_the_attempt_that_follows_has_ended",
                        "W05_holds_that_follow_one_another_count_on_from_the_first"),
                new Fault(
                        BrokenQueues.ForgetsHoldsOnLease.class,
                        "W05_the_hold_is_visible_until_the_attempt_that_follows_has_ended",
                        "W05_holds_that_follow_one_another_count_on_from_the_first",
                        "W05_repeating_a_hold_succeeds_and_counts_once"),
                new Fault(
                        BrokenQueues.KeepsHolds.class,
                        "W05_a_hold_ends_with_an_attempt_that_ends_otherwise",
                        "W05_a_submission_that_follows_is_not_held"),
                new Fault(BrokenQueues.HoldsByKey.class, "W05_a_lease_that_is_not_current_holds_nothing"),
                new Fault(BrokenQueues.SleepsThroughDueTimes.class, "W05_the_end_of_a_hold_wakes_a_waiting_worker"),
                new Fault(BrokenQueues.LeasesTwice.class, "Q03_one_request_is_leased_to_one_worker"),
                new Fault(
                        BrokenQueues.DerivesTokensFromTheTime.class,
                        "Q05_tokens_of_leases_that_two_instances_grant_at_once_differ"),
                new Fault(
                        BrokenQueues.OverwritesOnFinish.class,
                        "Q16_of_a_completion_and_a_cancellation_at_once_one_takes_effect",
                        "Q05_of_a_completion_and_a_take_over_at_once_one_takes_effect"),
                new Fault(
                        BrokenQueues.AcceptsStaleLeases.class,
                        "Q05_a_lease_that_another_has_taken_over_changes_nothing",
                        "Q05_a_lease_of_an_earlier_submission_changes_nothing"),
                new Fault(
                        BrokenQueues.ForgetsStickyCallers.class,
                        "Q02_a_sticky_caller_makes_a_waiting_request_sticky_and_none_undoes_it",
                        "Q02_a_sticky_caller_anywhere_in_a_list_makes_a_request_sticky",
                        "Q02_a_sticky_caller_who_was_told_that_he_joined_is_never_forgotten"),
                new Fault(
                        BrokenQueues.DoesNotTellTheWorkerOfStickyCallers.class,
                        "Q02_the_running_worker_learns_of_a_sticky_caller_when_it_renews",
                        "Q02_running_workers_learn_of_sticky_callers_when_their_leases_are_renewed_together"),
                new Fault(
                        BrokenQueues.DoesNotEscapeParameters.class,
                        "I05_every_field_of_a_request_survives_the_queue",
                        "I05_parameters_that_differ_in_little_are_different_requests"),
                new Fault(
                        BrokenQueues.KeepsNamesAndValuesAlone.class,
                        "I04_a_key_in_use_is_refused_to_the_same_values_in_another_order",
                        "I05_parameters_that_differ_in_little_are_different_requests"),
                new Fault(
                        BrokenQueues.SortsValues.class,
                        "I04_a_key_in_use_is_refused_to_the_same_values_in_another_order",
                        "I05_every_field_of_a_request_survives_the_queue",
                        "I05_parameters_that_differ_in_little_are_different_requests"),
                new Fault(
                        BrokenQueues.DropsTraces.class,
                        "Q19_the_trace_of_who_submits_is_told_to_workers_and_to_whoever_asks",
                        "Q19_requests_submitted_together_have_each_its_own_trace",
                        "I05_every_field_of_a_request_survives_the_queue"),
                new Fault(
                        BrokenQueues.TakesTheTraceOfWhoJoins.class,
                        "Q19_of_callers_who_meet_the_first_ones_trace_stays",
                        "Q19_requests_submitted_together_have_each_its_own_trace"),
                new Fault(
                        BrokenQueues.KeepsTheFirstTraceForEver.class,
                        "Q19_a_new_submission_has_the_trace_of_its_own_submitter"),
                new Fault(BrokenQueues.FoldsKeys.class, "I01_keys_of_every_legal_form_are_told_apart"),
                new Fault(BrokenQueues.IgnoresPriority.class, "Q04_a_higher_priority_goes_first"),
                new Fault(
                        BrokenQueues.LastInFirstOut.class,
                        "Q04_requests_of_one_priority_are_leased_in_the_order_of_their_submission"),
                new Fault(
                        BrokenQueues.OrdersByTimeAlone.class,
                        "Q04_requests_of_one_priority_are_leased_in_the_order_of_their_submission"),
                new Fault(
                        BrokenQueues.NeverTakesOverExpiredLeases.class,
                        "Q06_an_expired_lease_is_claimed_by_the_next_call_and_not_before"),
                new Fault(BrokenQueues.TriesForEver.class, "Q06_a_request_that_kills_its_workers_ends_failed"),
                new Fault(
                        BrokenQueues.StopsAtSpentRequests.class,
                        "Q06_spent_requests_do_not_stand_in_the_way_of_the_next"),
                new Fault(
                        BrokenQueues.LooksAtTheFirstAlone.class,
                        "Q04_a_request_that_is_not_due_does_not_block_those_behind_it",
                        "W05_others_are_leased_while_one_is_held"),
                new Fault(BrokenQueues.DoesNotWakeAnybody.class, "Q12_a_submit_wakes_a_waiting_worker"),
                new Fault(
                        BrokenQueues.SwallowsInterruption.class,
                        "Q12_interruption_ends_a_wait_at_once_and_leases_nothing"),
                new Fault(
                        BrokenQueues.LooksAlthoughInterrupted.class,
                        "Q12_a_thread_that_is_interrupted_leases_nothing_whether_it_waits_or_looks"),
                new Fault(
                        BrokenQueues.LosesWorkOnInterruption.class,
                        "Q12_a_wait_interrupted_as_work_comes_leases_it_or_leaves_it"),
                new Fault(
                        BrokenQueues.BreaksOffWhenInterrupted.class,
                        "Q12_what_does_not_wait_for_work_is_done_although_its_thread_is_interrupted"),
                new Fault(
                        BrokenQueues.CountsReleasedAttempts.class,
                        "Q07_a_released_request_is_leased_again_at_once_and_its_attempt_does_not_count"),
                new Fault(
                        BrokenQueues.AnswersWithTheOthersResult.class,
                        "I04_a_key_in_use_is_refused_to_a_different_request",
                        "Q01_two_requests_of_a_list_that_want_one_key_are_told_apart"),
                new Fault(
                        BrokenQueues.ChecksThenInserts.class,
                        "Q01_one_request_submitted_by_many_at_once_is_added_once"),
                new Fault(BrokenQueues.ResubmitsForEachCaller.class, "Q01_a_resubmission_raced_by_many_is_made_once"),
                new Fault(
                        BrokenQueues.NamesSubmissionsByTheClockAlone.class,
                        "Q01_submissions_of_a_key_order_by_time_however_fast_they_follow"),
                new Fault(BrokenQueues.CountsFencesFromOneAgain.class, "Q05_the_fence_grows_with_each_lease_of_a_key"),
                new Fault(
                        BrokenQueues.CancelsWaitingRequestsOnly.class,
                        "Q16_a_running_request_is_cancelled_at_once_and_its_worker_is_told"),
                new Fault(BrokenQueues.CancelsFinishedRequests.class, "Q16_a_finished_request_stays_as_it_is"),
                new Fault(BrokenQueues.ForgetsLiveRequests.class, "Q10_live_requests_are_never_forgotten"),
                new Fault(BrokenQueues.ForgetsEverythingAtOnce.class, "Q10_forgetting_goes_in_bounded_batches"),
                new Fault(
                        BrokenQueues.ListsByOffset.class,
                        "Q14_what_stays_is_listed_once_while_others_come_and_go",
                        "Q14_a_cursor_of_somebody_else_is_refused"),
                new Fault(
                        BrokenQueues.FarPositionsAreOne.class,
                        "Q14_positions_are_exact_up_to_a_limit_and_within_one_percent_beyond_it"),
                new Fault(
                        BrokenQueues.PositionsWithoutPriority.class,
                        "Q14_the_position_is_the_place_in_the_order_of_leases"),
                new Fault(
                        BrokenQueues.RefusesRepeatedCalls.class,
                        "Q17_repeating_a_completion_succeeds",
                        "Q17_repeating_a_failure_succeeds_and_counts_once",
                        "Q17_repeating_a_release_succeeds_and_refunds_once",
                        "W05_repeating_a_hold_succeeds_and_counts_once"),
                new Fault(BrokenQueues.DoesNotRenew.class, "Q08_a_lease_renewed_in_time_never_expires"),
                new Fault(
                        BrokenQueues.RetriesAtOnce.class,
                        "Q09_a_failed_attempt_is_followed_by_another_after_the_backoff"),
                new Fault(
                        BrokenQueues.RetriesPermanentFailures.class,
                        "Q09_a_permanent_failure_ends_a_request_at_the_first_attempt"),
                new Fault(
                        BrokenQueues.LeasesWhileSuspended.class,
                        "Q15_a_suspended_queue_leases_nothing_to_any_instance"),
                new Fault(BrokenQueues.StaysOpen.class, "Q18_calls_after_close_end_with_the_error_of_the_port"),
                new Fault(
                        BrokenQueues.AnswersListsInAnyOrder.class,
                        "Q01_requests_submitted_together_are_answered_in_their_order",
                        "Q05_stale_leases_are_refused_one_by_one_and_the_current_ones_renewed"),
                new Fault(
                        BrokenQueues.LooksForAllBeforeItAddsAny.class,
                        "Q01_a_request_that_is_in_a_list_twice_is_added_once",
                        "Q01_lists_submitted_by_many_at_once_add_each_request_once"),
                new Fault(
                        BrokenQueues.GoesOnBehindARefusedRequest.class,
                        "Q01_the_first_request_of_a_list_that_is_refused_ends_the_call"),
                new Fault(
                        BrokenQueues.NamesTheLastConflict.class,
                        "Q01_the_first_request_of_a_list_that_is_refused_ends_the_call"),
                new Fault(
                        BrokenQueues.AddsAListBackwards.class,
                        "Q04_requests_submitted_together_are_leased_in_their_order"),
                new Fault(
                        BrokenQueues.WakesOneWorkerForAList.class,
                        "Q12_requests_submitted_together_wake_as_many_workers"),
                new Fault(
                        BrokenQueues.CutsLongLists.class,
                        "Q01_a_thousand_requests_are_submitted_in_one_call",
                        "Q08_a_thousand_leases_are_renewed_in_one_call"),
                new Fault(
                        BrokenQueues.RenewsByKeyWhenThereAreMany.class,
                        "Q05_stale_leases_are_refused_one_by_one_and_the_current_ones_renewed",
                        "Q05_of_two_leases_of_one_key_the_current_one_alone_is_renewed"),
                new Fault(
                        BrokenQueues.OneStaleLeaseRefusesAll.class,
                        "Q05_stale_leases_are_refused_one_by_one_and_the_current_ones_renewed"),
                new Fault(
                        BrokenQueues.AnswersWithoutRenewing.class,
                        "Q08_leases_renewed_together_never_expire",
                        "Q08_a_thousand_leases_are_renewed_in_one_call"),
                new Fault(
                        BrokenQueues.LeavesTheSecondCloserBeforeTheFirstIsDone.class,
                        "Q18_closing_from_several_threads_returns_to_each_when_the_queue_is_closed"),
                new Fault(
                        BrokenQueues.OverwritesOnRenewalOfMany.class,
                        "Q05_a_renewal_of_many_brings_no_finished_request_back"));
    }
}
