package org.armlib.aws.client;

import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.AbortedException;

/** Calls that are done though their thread is interrupted, which the SDK would give up half way. */
public final class Uninterrupted {
    private Uninterrupted() {}

    /**
     * Does a call, again if an interruption has cut it off; the thread is interrupted afterwards as it would have been.
     *
     * @param call one that may be made twice: the first may have taken effect
     */
    public static <T> T call(Supplier<T> call) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return call.get();
                } catch (AbortedException e) {
                    if (!Thread.interrupted()) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
