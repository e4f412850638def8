/**
 * The HTTP API, as a servlet that any Jakarta servlet container can mount: submit requests, watch them, fetch their
 * results. {@link org.armlib.http.api.ApiServlet} is where it begins.
 */
@NullMarked
package org.armlib.http.api;

import org.jspecify.annotations.NullMarked;
