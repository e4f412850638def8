/**
 * The contracts of the ports as tests: an adapter's test class implements {@link org.armlib.tck.QueueContract} or
 * {@link org.armlib.tck.CacheContract}, says how an instance is made, and so runs every rule of the protocol that an
 * adapter can break. Each test is named by its rule.
 */
@NullMarked
package org.armlib.tck;

import org.jspecify.annotations.NullMarked;
