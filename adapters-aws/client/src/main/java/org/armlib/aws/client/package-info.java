/** What the adapters of AWS share among themselves; no API. */
@NullMarked
package org.armlib.aws.client;

import org.jspecify.annotations.NullMarked;
