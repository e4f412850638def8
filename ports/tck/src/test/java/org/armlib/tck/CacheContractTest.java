package org.armlib.tck;

import static org.armlib.tck.Fault.mustBeFound;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of the cache finds those who break it. */
class CacheContractTest {
    @TestFactory
    Stream<DynamicTest> every_fault_is_found() {
        return mustBeFound(
                new Fault(
                        BrokenCaches.PublishesOnClose.class,
                        "C01_close_without_commit_leaves_nothing",
                        "C02_a_producer_that_fails_midway_publishes_nothing"),
                new Fault(
                        BrokenCaches.ShowsWhatIsNotCommitted.class,
                        "C01_nothing_is_visible_before_commit_and_all_is_after"),
                new Fault(
                        BrokenCaches.LeavesPartsOnClose.class,
                        "C01_close_without_commit_leaves_nothing",
                        "C04_a_discarded_result_leaves_nothing_behind",
                        "C07_a_refused_result_leaves_nothing_behind"),
                new Fault(
                        BrokenCaches.DeletesThenPuts.class,
                        "C04_readers_see_one_whole_result_after_the_other_and_no_gap"),
                new Fault(BrokenCaches.PurgesStickyResults.class, "C05_a_routine_purge_clears_temporary_results_alone"),
                new Fault(
                        BrokenCaches.ClearsYoungResults.class,
                        "C05_a_purge_leaves_results_that_are_younger_than_the_minimum_age",
                        "C05_a_result_that_several_purges_left_is_cleared_when_it_is_old"),
                new Fault(
                        BrokenCaches.SparesResultsOfTheFuture.class,
                        "Q11_a_result_published_by_a_clock_that_was_ahead_is_cleared_as_others_are"),
                new Fault(
                        BrokenCaches.AlwaysSparesYoungResults.class,
                        "C05_a_purge_without_a_minimum_age_clears_young_results_for_good"),
                new Fault(
                        BrokenCaches.RemembersPurgesInMemory.class,
                        "C05_every_instance_knows_how_long_ago_the_last_purge_was"),
                new Fault(BrokenCaches.TellsTheLastRetraction.class, "C04_the_latest_retraction_of_a_key_is_told"),
                new Fault(
                        BrokenCaches.KeepsNotesOfTheFuture.class,
                        "Q11_the_note_of_a_retraction_by_a_clock_that_was_ahead_is_swept"),
                new Fault(
                        BrokenCaches.FindsOlderEpochs.class,
                        "C07_after_a_rebuild_no_older_result_is_found_by_any_instance"),
                new Fault(
                        BrokenCaches.KeepsTheEpochInMemory.class,
                        "C07_a_rebuild_raises_the_epoch_by_one_for_every_instance"),
                new Fault(
                        BrokenCaches.PublishesOlderData.class,
                        "C07_a_result_begun_before_a_rebuild_is_refused",
                        "C07_a_rebuild_among_commits_leaves_no_older_result"),
                new Fault(
                        BrokenCaches.RaisesTheEpochInTwoSteps.class,
                        "C07_rebuilds_at_once_raise_the_epoch_by_one_each"),
                new Fault(BrokenCaches.UsesKeysAsPaths.class, "C08_results_of_every_legal_key_are_told_apart"),
                new Fault(
                        BrokenCaches.LetsTheLastCommitWin.class,
                        "C04_the_first_commit_of_a_submission_wins",
                        "C04_of_many_commits_of_a_submission_at_once_one_wins",
                        "C04_a_straggler_of_an_earlier_submission_does_not_replace_a_later_one"),
                new Fault(
                        BrokenCaches.ForgetsRetractions.class,
                        "C04_a_straggler_of_an_earlier_submission_cannot_bring_its_result_back"),
                new Fault(
                        BrokenCaches.RetractsLaterSubmissionsToo.class,
                        "C04_a_retraction_does_not_concern_later_submissions"),
                new Fault(BrokenCaches.ComparesNoDigest.class, "C13_a_damaged_result_is_reported_and_then_absent"),
                new Fault(BrokenCaches.KeepsDamagedResults.class, "C13_a_damaged_result_is_reported_and_then_absent"),
                new Fault(BrokenCaches.ReadsShortWithoutError.class, "C13_a_damaged_result_is_never_read_short"),
                new Fault(BrokenCaches.OpensAgainForEachRead.class, "C05_a_reader_that_has_begun_reads_to_the_end"),
                new Fault(BrokenCaches.PromotesNothing.class, "C06_a_promoted_result_survives_a_routine_purge"),
                new Fault(
                        BrokenCaches.PromotesInTwoSteps.class,
                        "C06_what_was_promoted_is_there_whatever_was_purged_at_the_same_time"),
                new Fault(
                        BrokenCaches.SweepsNothing.class,
                        "C09_the_parts_of_an_abandoned_writer_are_swept_when_they_are_old"),
                new Fault(BrokenCaches.SweepsWritersAtWork.class, "C09_a_sweep_does_not_disturb_a_writer_at_work"),
                new Fault(
                        BrokenCaches.SweepsPublishedResults.class,
                        "C09_the_parts_of_an_abandoned_writer_are_swept_when_they_are_old"),
                new Fault(
                        BrokenCaches.LosesParameters.class,
                        "I05_every_field_of_a_request_survives_the_cache",
                        "I05_a_query_survives_the_cache_as_it_was_written"),
                new Fault(
                        BrokenCaches.KeepsNamesAndValuesAlone.class,
                        "I05_a_query_survives_the_cache_as_it_was_written"),
                new Fault(
                        BrokenCaches.ListsByOffset.class,
                        "C01_a_result_that_stays_is_listed_once_while_others_come_and_go"),
                new Fault(
                        BrokenCaches.ClosesOnlyOnce.class,
                        "C01_closing_from_several_threads_and_again_leaves_the_results"),
                new Fault(
                        BrokenCaches.AcceptsWritesAfterClose.class,
                        "C02_what_is_written_after_close_is_refused_and_cannot_be_published"));
    }
}
