/**
 * How the content of results is written and read back, for caches that store bytes: digested, counted and encoded on the
 * way in, decoded and held to its manifest on the way out. Nothing accepts or returns {@code null}.
 */
@NullMarked
package org.armlib.content;

import org.jspecify.annotations.NullMarked;
