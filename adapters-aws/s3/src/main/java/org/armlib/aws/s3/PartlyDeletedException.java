package org.armlib.aws.s3;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Some of the objects that were to be deleted are still there. */
final class PartlyDeletedException extends StoreException {
    private final transient Set<String> keys;

    PartlyDeletedException(List<S3Error> errors, int of) {
        super(
                errors.size() + " of " + of + " objects could not be deleted; of the first, '"
                        + errors.get(0).key() + "', the store says "
                        + errors.get(0).code() + ": "
                        + errors.get(0).message(),
                false);
        this.keys = errors.stream().map(S3Error::key).collect(Collectors.toSet());
    }

    /** What is still there. */
    Set<String> keys() {
        return keys;
    }
}
