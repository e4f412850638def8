/** What the queue in a database costs, beside another scheduler and beside the bare statements. */
@NullMarked
package org.armlib.benchmarks.jdbc;

import org.jspecify.annotations.NullMarked;
