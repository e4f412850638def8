package org.armlib.aws.s3;

/** What went wrong between the cache and the store, where no exception of the SDK says it. */
abstract sealed class StoreException extends RuntimeException
        permits ContentionException, PartlyClearedException, PartlyDeletedException, UnreadableException {
    private final boolean retryable;

    StoreException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    /** Whether the same call may succeed later. */
    final boolean retryable() {
        return retryable;
    }
}
