/** What the queue in memory costs. */
@NullMarked
package org.armlib.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
