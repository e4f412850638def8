/** Runs measurements by name and prints what they found. */
@NullMarked
package org.armlib.benchmarks;

import org.jspecify.annotations.NullMarked;
