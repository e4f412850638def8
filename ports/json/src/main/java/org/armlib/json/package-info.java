/** The JSON form of requests and manifests, for adapters that store text. */
@NullMarked
package org.armlib.json;

import org.jspecify.annotations.NullMarked;
