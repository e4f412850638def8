package org.armlib.aws.s3;

/** An object was changed by others each time before this process could. */
final class ContentionException extends StoreException {
    ContentionException(String what) {
        super("others changed " + what + " each time before this process could", true);
    }
}
