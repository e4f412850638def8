/** The result store in Amazon S3, or in a store that speaks its language. Nothing accepts or returns {@code null}. */
@NullMarked
package org.armlib.aws.s3;

import org.jspecify.annotations.NullMarked;
