package org.armlib.domain;

import java.time.Instant;

/**
 * When a request is expected to be done.
 *
 * @param p50 as likely before as after
 * @param p90 nine times out of ten before
 */
public record Eta(Instant p50, Instant p90) {}
