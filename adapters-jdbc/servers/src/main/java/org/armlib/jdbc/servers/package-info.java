/** Real database servers, started as processes of their own for tests and measurements, and a proxy that cuts connections. */
@NullMarked
package org.armlib.jdbc.servers;

import org.jspecify.annotations.NullMarked;
