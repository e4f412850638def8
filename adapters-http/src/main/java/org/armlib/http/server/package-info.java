/** The HTTP API as a server of its own, for a process that has no servlet container. */
@NullMarked
package org.armlib.http.server;

import org.jspecify.annotations.NullMarked;
