/** Measurements of the adapters of AWS, on servers that take the place of AWS. */
@NullMarked
package org.armlib.benchmarks.aws;

import org.jspecify.annotations.NullMarked;
