package org.armlib.ports;

import java.time.Duration;
import java.util.Optional;
import org.armlib.domain.Hold;

/**
 * The state of the worker of one process.
 *
 * @param threads the number of requests it runs at a time
 * @param running the number of requests that run
 * @param longestRunning the time for which the request has run that began first, zero if none runs
 * @param stuck the number of threads whose job ignores its interruption; each was replaced by another thread
 * @param hold the reason why it leases nothing at present
 */
public record WorkerState(int threads, int running, Duration longestRunning, int stuck, Optional<Hold> hold) {}
