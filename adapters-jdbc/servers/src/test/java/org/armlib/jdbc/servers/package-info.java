/** Tests of the servers and of the proxy. */
@NullMarked
package org.armlib.jdbc.servers;

import org.jspecify.annotations.NullMarked;
