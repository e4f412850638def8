/** Whole runs: the demo as a user starts it, and how long armlib takes to start. */
@NullMarked
package org.armlib.benchmarks.demo;

import org.jspecify.annotations.NullMarked;
