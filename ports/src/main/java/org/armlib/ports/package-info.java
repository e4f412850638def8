/**
 * What the application offers ({@link org.armlib.ports.RequestManager}) and what it needs: a work queue
 * ({@link org.armlib.ports.QueueManager}), a result store ({@link org.armlib.ports.CacheManager}) and something that
 * runs requests ({@link org.armlib.ports.RequestProcessor}).
 *
 * <p>The rules named in the Javadoc ({@code Q03}, {@code C04}) are those of {@code docs/protocol.md}; the contracts in
 * the module {@code armlib-tck} hold every adapter to them. Nothing accepts or returns {@code null}.
 */
@NullMarked
package org.armlib.ports;

import org.jspecify.annotations.NullMarked;
