package org.armlib.aws.dynamodb;

import org.armlib.domain.ArmlibException;

/** An item is none of this library's, or was changed so that it cannot be read. */
final class UnreadableItemException extends ArmlibException {
    UnreadableItemException(String message) {
        super(message);
    }
}
