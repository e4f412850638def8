/**
 * The use cases over the ports: {@link org.armlib.application.StandardRequestManager} takes requests in,
 * {@link org.armlib.application.RequestWorker} runs them, {@link org.armlib.application.CacheJanitor} clears up behind
 * them.
 */
@NullMarked
package org.armlib.application;

import org.jspecify.annotations.NullMarked;
