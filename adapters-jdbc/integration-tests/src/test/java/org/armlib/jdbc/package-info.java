/** Tests of the work queue on each database, as it is installed. */
@NullMarked
package org.armlib.jdbc;

import org.jspecify.annotations.NullMarked;
