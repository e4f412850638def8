/** Servers that speak the language of S3, for tests and benchmarks. */
@NullMarked
package org.armlib.aws.s3.servers;

import org.jspecify.annotations.NullMarked;
