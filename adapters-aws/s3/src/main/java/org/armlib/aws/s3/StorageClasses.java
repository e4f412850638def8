package org.armlib.aws.s3;

import org.armlib.domain.InvalidRequestException;
import software.amazon.awssdk.services.s3.model.StorageClass;

/**
 * What the store is asked to keep the parts of results on, in each area; names such as {@code STANDARD_IA}.
 *
 * @param temporary that of temporary results
 * @param persistent that of persistent results
 */
public record StorageClasses(String temporary, String persistent) {
    /** The store's usual one for all. */
    public static final StorageClasses STANDARD = new StorageClasses("STANDARD", "STANDARD");

    /** @throws InvalidRequestException if one is none of Amazon S3's, or cannot be read at once */
    public StorageClasses {
        require("temporary-storage-class", temporary);
        require("persistent-storage-class", persistent);
    }

    private static void require(String setting, String name) {
        if (StorageClass.fromValue(name) == StorageClass.UNKNOWN_TO_SDK_VERSION) {
            throw new InvalidRequestException(
                    setting,
                    "'" + name + "' is none of Amazon S3's, such as STANDARD, STANDARD_IA, ONEZONE_IA, GLACIER_IR");
        }
        if (name.equals("GLACIER") || name.equals("DEEP_ARCHIVE")) {
            throw new InvalidRequestException(setting, "'" + name + "' has to be restored before it can be read");
        }
    }
}
