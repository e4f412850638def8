/** The file cache beside the bare operations of the file system. */
@NullMarked
package org.armlib.benchmarks.file;

import org.jspecify.annotations.NullMarked;
