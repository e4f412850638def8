/** Tests of the work queue in a SQL database. */
@NullMarked
package org.armlib.jdbc;

import org.jspecify.annotations.NullMarked;
