/** Checks that the queue in memory is linearizable. */
@NullMarked
package org.armlib.memory.lincheck;

import org.jspecify.annotations.NullMarked;
