/** The result store in a folder of the local file system, or of one that several machines share. */
@NullMarked
package org.armlib.file;

import org.jspecify.annotations.NullMarked;
