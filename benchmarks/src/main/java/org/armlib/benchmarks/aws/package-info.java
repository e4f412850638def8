/** What the queue in DynamoDB and the cache in S3 use, and how fast they are. */
@NullMarked
package org.armlib.benchmarks.aws;

import org.jspecify.annotations.NullMarked;
