package org.armlib.aws.dynamodb;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The names of attributes, as people see them, and how their values are written. */
final class Attributes {
    static final String KEY = "key";

    /** Random, new with every write: what a write compares, and by which a repeated one finds that it has succeeded. */
    static final String CHANGE = "change";

    static final String SUBMISSION = "submission";
    static final String SUBMITTED = "submitted";
    static final String REQUEST_URI = "requestUri";
    static final String PARAMETERS = "parameters";
    static final String PARAMETERS_PACKED = "parametersPacked";

    /** The key of the item that has the parameters, where they are too large for this one. */
    static final String PARAMETERS_IN = "parametersIn";

    static final String STICKY = "sticky";
    static final String PRIORITY = "priority";
    static final String ESTIMATE = "estimate";
    static final String TRACEPARENT = "traceparent";
    static final String TRACESTATE = "tracestate";
    static final String STATE = "state";
    static final String ATTEMPTS = "attempts";
    static final String FENCE = "fence";
    static final String NOT_BEFORE = "notBefore";
    static final String FAILURE = "failure";
    static final String FAILURE_KIND = "failureKind";
    static final String TOKEN = "token";

    /** The last lease and how it was given up, so that a repeated report finds that it has succeeded. */
    static final String GIVEN_UP = "givenUp";

    static final String GIVEN_UP_TOKEN = "givenUpToken";

    /** The last hold, kept while the attempt that follows it runs. */
    static final String HELD_BY = "heldBy";

    static final String HELD_SINCE = "heldSince";
    static final String HELD_UNTIL = "heldUntil";
    static final String HELD_COUNT = "heldCount";
    static final String HELD_REASON = "heldReason";
    static final String WORKER = "worker";
    static final String STARTED = "started";
    static final String EXPIRES = "expires";

    /** When the lease expired as it was granted: the index carries this, so that a renewal need not change the index. */
    static final String LEASED_UNTIL = "leasedUntil";

    static final String PROGRESS = "progress";
    static final String PROGRESS_TEXT = "progressText";
    static final String FINISHED = "finished";

    /** How many requests of its priority had been submitted, this one included, as far as its server knew. */
    static final String TICKET = "ticket";

    /** The keys of the index; only what waits or runs has them. */
    static final String SHARD = "shard";

    static final String PLACE = "place";

    /** When DynamoDB may delete the item, in seconds since 1970. */
    static final String DELETE_AFTER = "deleteAfter";

    private Attributes() {}

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    static AttributeValue flag(boolean value) {
        return AttributeValue.fromBool(value);
    }

    /** The text of an attribute, null if it has none. */
    static @Nullable String text(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null ? null : value.s();
    }

    static String text(Map<String, AttributeValue> item, String name, String otherwise) {
        String text = text(item, name);
        return text == null ? otherwise : text;
    }

    static long number(Map<String, AttributeValue> item, String name, long otherwise) {
        AttributeValue value = item.get(name);
        return value == null || value.n() == null ? otherwise : Long.parseLong(value.n());
    }

    static boolean flag(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value != null && Boolean.TRUE.equals(value.bool());
    }
}
