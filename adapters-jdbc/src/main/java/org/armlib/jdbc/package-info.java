/** The work queue in a SQL database: H2, PostgreSQL, MariaDB or MySQL. */
@NullMarked
package org.armlib.jdbc;

import org.jspecify.annotations.NullMarked;
