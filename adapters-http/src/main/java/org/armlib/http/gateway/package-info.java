/**
 * The gateway: a {@link org.armlib.ports.RequestProcessor} that runs a request as a GET against one upstream HTTP API, so
 * that the API gets a batch mode without a line of code.
 */
@NullMarked
package org.armlib.http.gateway;

import org.jspecify.annotations.NullMarked;
