package org.armlib.aws.s3;

/** An object of the cache's own is not as the cache writes it. */
final class UnreadableException extends StoreException {
    UnreadableException(String message) {
        super(message, false);
    }
}
