/** The console page, used in a browser as people use it. */
@NullMarked
package org.armlib.http.browser;

import org.jspecify.annotations.NullMarked;
