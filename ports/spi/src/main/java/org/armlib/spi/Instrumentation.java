package org.armlib.spi;

import com.google.inject.Module;

/**
 * A module that measures what happens to requests. Implementations have a public constructor without parameters and are named
 * in {@code META-INF/services/org.armlib.spi.Instrumentation}; a program that passes a registry has them installed.
 */
public interface Instrumentation extends Module {}
