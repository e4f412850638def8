/**
 * The composition root: reads and checks app.conf, chooses the adapters it names and puts the application together.
 * {@link org.armlib.bootstrap.Armlib} is where a program begins.
 */
@NullMarked
package org.armlib.bootstrap;

import org.jspecify.annotations.NullMarked;
