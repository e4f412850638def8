/** The rules of the house, each with a planted violation that proves the rule can fail. */
@NullMarked
package org.armlib.architecture;

import org.jspecify.annotations.NullMarked;
