/** What the adapters of AWS have in common for those who set them up. */
@NullMarked
package org.armlib.aws;

import org.jspecify.annotations.NullMarked;
