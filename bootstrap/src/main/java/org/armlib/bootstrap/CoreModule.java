package org.armlib.bootstrap;

import com.google.inject.AbstractModule;
import com.google.inject.matcher.Matchers;
import java.time.Clock;
import org.armlib.domain.RetryPolicy;

/** What adapters may ask for, and how strict the injector is. */
final class CoreModule extends AbstractModule {
    private final Clock clock;
    private final RetryPolicy retryPolicy;
    private final Closer closer;

    CoreModule(Clock clock, RetryPolicy retryPolicy, Closer closer) {
        this.clock = clock;
        this.retryPolicy = retryPolicy;
        this.closer = closer;
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireAtInjectOnConstructors();
        binder().disableCircularProxies();
        bindListener(Matchers.any(), closer);
        bind(Clock.class).toInstance(clock);
        bind(RetryPolicy.class).toInstance(retryPolicy);
    }
}
