/**
 * How an adapter is found by name and configured: an {@link org.armlib.spi.AdapterProvider} on the class path, named in
 * {@code META-INF/services}, says what it is called, which settings it takes and which Guice module binds its port.
 */
@NullMarked
package org.armlib.spi;

import org.jspecify.annotations.NullMarked;
