/** What can be measured of requests and upstream calls, in the terms of Micrometer. */
@NullMarked
package org.armlib.http.metrics;

import org.jspecify.annotations.NullMarked;
