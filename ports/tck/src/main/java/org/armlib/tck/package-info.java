/**
 * The contracts of the ports as tests: an adapter's test class implements {@link org.armlib.tck.QueueContract} or
 * {@link org.armlib.tck.CacheContract}, or the durable one of either if what it keeps outlives the process, says how an
 * instance is made, and so runs every rule of the protocol that an adapter can break. Each test is named by its rule.
 *
 * <p>An adapter that must bend a rule overrides its test and says there why, and what holds instead.
 */
@NullMarked
package org.armlib.tck;

import org.jspecify.annotations.NullMarked;
