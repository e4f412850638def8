package org.armlib.aws.s3;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** Does the same with many things, several at a time: a call of the store is mostly waiting. */
final class Parallel {
    /** How many at a time. */
    static final int WIDTH = 32;

    private Parallel() {}

    /** Applies a function to each thing; the answers are in the order of the things. The first exception is thrown. */
    static <T, R> List<R> map(Executor executor, List<T> things, Function<T, R> function) {
        List<CompletableFuture<R>> answers = things.stream()
                .map(thing -> CompletableFuture.supplyAsync(() -> function.apply(thing), executor))
                .toList();
        try {
            // All end before the first exception is told.
            CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                    .join();
            return answers.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Hands on what there is, in lists of {@link #WIDTH}. */
    static <T> void inChunks(Iterator<T> things, Consumer<List<T>> consumer) {
        while (things.hasNext()) {
            List<T> chunk = new ArrayList<>(WIDTH);
            while (chunk.size() < WIDTH && things.hasNext()) {
                chunk.add(things.next());
            }
            consumer.accept(chunk);
        }
    }
}
