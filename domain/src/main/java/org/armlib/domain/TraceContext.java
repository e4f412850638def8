package org.armlib.domain;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a trace a request was submitted, in the words of <a href="https://www.w3.org/TR/trace-context/">W3C Trace
 * Context</a>, version 00: what a service that is called tells the one that it calls.
 *
 * @param traceparent names the trace and the caller's place in it
 * @param tracestate what tracing systems add of their own; empty if there is nothing
 */
public record TraceContext(String traceparent, String tracestate) {
    /** The longest {@code tracestate} that is carried, in characters: as much as the standard asks for. */
    public static final int MAX_STATE_LENGTH = 512;

    private static final String FIELDS = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";
    private static final Pattern PARENT = Pattern.compile("00" + FIELDS);
    private static final Pattern LATER_PARENT = Pattern.compile("(?!00|ff)[0-9a-f]{2}(" + FIELDS + ")(?:-.*+)?");
    private static final Pattern STATE = Pattern.compile("[\t -~]{0," + MAX_STATE_LENGTH + "}");

    /**
     * A context that is known to be well formed; {@link #parse} takes what comes from outside.
     *
     * @throws InvalidRequestException if either is not of the standard's form
     */
    public TraceContext {
        if (!PARENT.matcher(traceparent).matches()) {
            throw new InvalidRequestException(
                    "traceparent",
                    "is '" + Text.escape(traceparent)
                            + "'; its form is 00-TRACE-SPAN-FLAGS, of 32, 16 and 2 hexadecimal"
                            + " digits in lower case, where neither trace nor span is all zero");
        }
        if (!STATE.matcher(tracestate).matches()) {
            throw new InvalidRequestException(
                    "tracestate", "has more than " + MAX_STATE_LENGTH + " characters, or some that are not printable");
        }
    }

    /** The trace, 32 hexadecimal digits. */
    public String traceId() {
        return traceparent.substring(3, 35);
    }

    /**
     * The context that two headers tell, read as the standard asks for. A {@code traceparent} that is malformed counts as
     * none, of a later version what version 00 has of it is taken; a {@code tracestate} that is malformed or too long is
     * left out.
     *
     * @param traceparent empty if there is none
     * @param tracestate empty if there is none
     */
    public static Optional<TraceContext> parse(String traceparent, String tracestate) {
        String parent = traceparent;
        Matcher later = LATER_PARENT.matcher(traceparent);
        if (later.matches()) {
            parent = "00" + later.group(1);
        } else if (!PARENT.matcher(traceparent).matches()) {
            return Optional.empty();
        }
        return Optional.of(new TraceContext(parent, STATE.matcher(tracestate).matches() ? tracestate : ""));
    }
}
