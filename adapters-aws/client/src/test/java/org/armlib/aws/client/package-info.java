/** Tests of what the adapters of AWS share. */
@NullMarked
package org.armlib.aws.client;

import org.jspecify.annotations.NullMarked;
