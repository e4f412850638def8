/** What {@code armlib demo} shows: an interactive API on a real data set, and requests to run against it. */
@NullMarked
package org.armlib.bootstrap.demo;

import org.jspecify.annotations.NullMarked;
