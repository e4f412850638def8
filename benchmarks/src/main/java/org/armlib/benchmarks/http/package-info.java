/** The HTTP API as its callers meet it: results, submissions, calls that wait, and the start of the server. */
@NullMarked
package org.armlib.benchmarks.http;

import org.jspecify.annotations.NullMarked;
