package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.armlib.domain.RequestState;
import org.armlib.domain.Submission;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A submission as it was found in the table, or left there.
 *
 * @param submission what the item says
 * @param item the item
 */
record Stored(Submission submission, Map<String, AttributeValue> item) {

    String change() {
        return Attributes.text(item, Attributes.CHANGE, "");
    }

    /** Whether the submission ended so long ago that it counts as forgotten, whether or not it was deleted already. */
    boolean isForgotten(Duration retention, Instant now) {
        return submission.state() instanceof RequestState.Finished end
                && !now.isBefore(end.finished().plus(retention));
    }

    /** Whether somebody has changed the state or the priority by hand, and not what follows from it. */
    boolean isOutOfLine() {
        boolean live = submission.state() instanceof RequestState.Live;
        String place = live ? Place.of(submission).text() : null;
        return live != item.containsKey(Attributes.SHARD)
                || live == item.containsKey(Attributes.DELETE_AFTER)
                || !Objects.equals(place, Attributes.text(item, Attributes.PLACE));
    }
}
