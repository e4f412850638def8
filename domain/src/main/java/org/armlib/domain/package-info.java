/**
 * The request lifecycle: keys, requests, states and their transitions, leases, retry and cache policy.
 *
 * <p>Everything here is an immutable value without a clock, a logger or a framework: the time comes in as a parameter,
 * and so does chance. An adapter loads a {@link org.armlib.domain.Submission}, applies a transition, and stores the
 * outcome if nobody else did meanwhile. Nothing accepts or returns {@code null}.
 */
@NullMarked
package org.armlib.domain;

import org.jspecify.annotations.NullMarked;
