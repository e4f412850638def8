/** An adapter of one's own: a queue that writes down who was given what, around another queue. */
@NullMarked
package org.armlib.examples.audit;

import org.jspecify.annotations.NullMarked;
