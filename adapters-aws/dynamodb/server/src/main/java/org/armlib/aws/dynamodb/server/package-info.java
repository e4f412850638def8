/** DynamoDB Local, for tests and benchmarks. */
@NullMarked
package org.armlib.aws.dynamodb.server;

import org.jspecify.annotations.NullMarked;
