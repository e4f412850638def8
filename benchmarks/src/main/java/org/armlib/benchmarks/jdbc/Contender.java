package org.armlib.benchmarks.jdbc;

import java.util.List;
import java.util.function.Consumer;

/** A queue in a database with those who work on it, as the measurements drive it. */
interface Contender {

    /** Makes it empty, as if nothing had ever been in it. Nothing is being executed. */
    void clear();

    /** Adds one request, durably. Called by several threads at once. */
    void submit(String key);

    /** Adds many requests in the fastest way there is to have them all or none. */
    void submitAll(List<String> keys);

    /** Begins to execute what is there and what will come; {@code work} is called as each execution begins. */
    void start(Consumer<String> work);

    /** Stops the execution that was started; nothing is under way then. */
    void stop();

    /** Whether everything that was added is completed, and that is in the database. */
    boolean isDrained();
}
