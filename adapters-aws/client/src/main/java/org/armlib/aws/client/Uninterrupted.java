package org.armlib.aws.client;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

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
            return call.get();
        } catch (SdkClientException | CancellationException e) {
            // Not every place in the SDK that an interruption ends leaves the thread interrupted.
            if (!Thread.interrupted() && !isCutOff(e)) {
                throw e;
            }
            interrupted = true;
            return callElsewhere(call);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isCutOff(RuntimeException failure) {
        if (failure instanceof CancellationException) {
            // The SDK cancels the wait for a connection when its thread is interrupted, and clears the interruption.
            return true;
        }
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            boolean waitedTooLong = cause instanceof SocketTimeoutException;
            if (cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || (cause instanceof InterruptedIOException && !waitedTooLong)) {
                return true;
            }
        }
        return failure instanceof AbortedException && failure.getCause() != null;
    }

    /** Whoever interrupts this thread again and again must not keep the call from being done. */
    private static <T> T callElsewhere(Supplier<T> call) {
        FutureTask<T> task = new FutureTask<>(call::get);
        Thread thread = new Thread(task, "armlib-aws-call");
        thread.setDaemon(true);
        thread.start();
        while (true) {
            try {
                return task.get();
            } catch (InterruptedException e) {
                // The caller of this method tells the thread afterwards.
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw SdkClientException.create("the call failed", e.getCause());
            }
        }
    }
}
