/** Tests of the memory adapters. */
@NullMarked
package org.armlib.memory;

import org.jspecify.annotations.NullMarked;
