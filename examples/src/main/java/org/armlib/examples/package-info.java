/** Programs that embed armlib, as the documentation shows them. */
@NullMarked
package org.armlib.examples;

import org.jspecify.annotations.NullMarked;
