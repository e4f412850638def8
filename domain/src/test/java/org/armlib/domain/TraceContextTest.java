package org.armlib.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What of the headers of W3C Trace Context is taken, and what is passed over. */
class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

    @Test
    void what_is_well_formed_is_taken_as_it_is() {
        for (String flags : List.of("00", "01", "02", "ff")) {
            String parent = "00-" + TRACE + "-" + SPAN + "-" + flags;
            assertThat(TraceContext.parse(parent, "")).contains(new TraceContext(parent, ""));
        }
        for (String state : List.of("a=1", "vendor@system=x, b = 2 ,,\t", "k=" + "v".repeat(510))) {
            assertThat(TraceContext.parse(PARENT, state)).contains(new TraceContext(PARENT, state));
        }
    }

    @Test
    void a_malformed_parent_counts_as_none() {
        for (String malformed : List.of(
                "",
                " ",
                "00",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-1",
                PARENT + "-",
                PARENT + "-01",
                PARENT + " ",
                PARENT + "\n",
                PARENT + "," + PARENT,
                "ff-" + TRACE + "-" + SPAN + "-01",
                "FF-" + TRACE + "-" + SPAN + "-01",
                "0-" + TRACE + "-" + SPAN + "-01",
                "00-" + "0".repeat(32) + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + "0".repeat(16) + "-01",
                "00-" + TRACE.toUpperCase(Locale.ROOT) + "-" + SPAN + "-01",
                "00-" + TRACE.replace('0', 'g') + "-" + SPAN + "-01",
                "00_" + TRACE + "_" + SPAN + "_01",
                "cc-" + TRACE + "-" + SPAN + "-01.later",
                "cc-" + "0".repeat(32) + "-" + SPAN + "-01")) {
            assertThat(TraceContext.parse(malformed, "a=1")).as(malformed).isEmpty();
            assertThatThrownBy(() -> new TraceContext(malformed, ""))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("traceparent: is '");
        }
    }

    @Test
    void of_a_later_version_is_taken_what_is_known() {
        for (String later : List.of("01-" + TRACE + "-" + SPAN + "-01", "cc-" + TRACE + "-" + SPAN + "-01-more-")) {
            assertThat(TraceContext.parse(later, "a=1")).contains(new TraceContext(PARENT, "a=1"));
        }
    }

    @Test
    void a_malformed_state_is_left_out_and_the_parent_stays() {
        for (String malformed : List.of("k=" + "v".repeat(511), "a=1\r\nx: y", "a=\u0000", "a=\u00e9", "a=\u007f")) {
            assertThat(TraceContext.parse(PARENT, malformed)).contains(new TraceContext(PARENT, ""));
            assertThatThrownBy(() -> new TraceContext(PARENT, malformed))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("tracestate: has more than 512 characters, or some");
        }
    }
}
