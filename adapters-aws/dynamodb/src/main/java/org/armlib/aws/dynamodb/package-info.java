/** The work queue in Amazon DynamoDB. */
@NullMarked
package org.armlib.aws.dynamodb;

import org.jspecify.annotations.NullMarked;
