package org.armlib.aws.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.armlib.domain.Phase;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What the index knows of a request that waits or runs; it may lag behind, and knows of no renewal.
 *
 * @param key the request
 * @param place where it stands
 * @param phase Pending or InProgress, or what somebody has set by hand
 * @param due when it may be leased, or taken from its worker if that does not renew its lease
 * @param estimate how long it is expected to run
 */
record Entry(String key, Place place, String phase, Instant due, Duration estimate) {

    static Entry of(Map<String, AttributeValue> item) {
        String phase = Attributes.text(item, Attributes.STATE, "");
        Instant due = phase.equals(Phase.IN_PROGRESS.label())
                ? Items.time(item, Attributes.LEASED_UNTIL, Instant.EPOCH)
                : Items.time(item, Attributes.NOT_BEFORE, Instant.EPOCH);
        return new Entry(
                Attributes.text(item, Attributes.KEY, ""),
                new Place(Attributes.text(item, Attributes.PLACE, "")),
                phase,
                due,
                Duration.parse(Attributes.text(item, Attributes.ESTIMATE, "PT0S")));
    }

    boolean isPending() {
        return phase.equals(Phase.PENDING.label());
    }

    boolean isRunning() {
        return phase.equals(Phase.IN_PROGRESS.label());
    }

    boolean isDue(Instant now) {
        return !now.isBefore(due);
    }
}
