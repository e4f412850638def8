package org.armlib.ports;

import java.time.Duration;
import java.time.Instant;

/**
 * The part of a running request that the wait of others depends on; its parameters are no part of it.
 *
 * @param started the start of its current attempt, by the queue's clock
 * @param estimatedTime the caller's estimate, zero if none was given
 * @param progress the share done that its worker reported last, from 0 to 1
 */
public record RunningRequest(Instant started, Duration estimatedTime, double progress) {}
