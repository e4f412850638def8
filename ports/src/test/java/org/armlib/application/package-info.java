/** Tests of the worker's parts. */
@NullMarked
package org.armlib.application;

import org.jspecify.annotations.NullMarked;
