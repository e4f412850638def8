package org.armlib.tck;

import static org.armlib.tck.Fault.mustBeFound;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of the cache finds what goes wrong in its corners. */
class CacheCornerTest {
    @TestFactory
    Stream<DynamicTest> every_fault_is_found() {
        return mustBeFound(
                new Fault(
                        CacheCornerFaults.ListsThePersistentAreaByOffset.class,
                        "C01_a_result_that_stays_is_listed_once_while_others_come_and_go"),
                new Fault(
                        CacheCornerFaults.TakesCursorsOfTheOtherArea.class,
                        "C01_a_cursor_of_the_other_area_is_refused"),
                new Fault(CacheCornerFaults.TakesAnyLimit.class, "C01_a_limit_below_one_is_refused"),
                new Fault(
                        CacheCornerFaults.ListsWhatWasRemoved.class, "C01_what_is_no_longer_found_is_no_longer_listed"),
                new Fault(
                        CacheCornerFaults.PurgesAHundredAtMost.class,
                        "C05_a_purge_clears_all_results_however_many_there_are"),
                new Fault(
                        CacheCornerFaults.SweepsAHundredAtMost.class,
                        "C09_a_sweep_removes_all_remains_however_many_there_are"),
                new Fault(
                        CacheCornerFaults.ThrowsWhatTheStoreThrows.class,
                        "C12_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port"),
                new Fault(
                        CacheCornerFaults.FindsNothingInAnOutage.class,
                        "C12_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port"),
                new Fault(
                        CacheCornerFaults.ListsNothingInAnOutage.class,
                        "C12_a_store_that_cannot_be_reached_is_told_in_the_error_of_the_port"));
    }
}
