/** Tests of the queue in DynamoDB and the cache in S3 together. */
@NullMarked
package org.armlib.aws.pair;

import org.jspecify.annotations.NullMarked;
