/** The queue and the cache in the heap of one process: for tests, for embedding, and for work that may be lost. */
@NullMarked
package org.armlib.memory;

import org.jspecify.annotations.NullMarked;
