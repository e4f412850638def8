package org.armlib.bootstrap;

import com.google.inject.AbstractModule;
import com.google.inject.matcher.Matchers;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Clock;
import org.armlib.domain.Redaction;
import org.armlib.domain.RetryPolicy;

/** What adapters may ask for, and how strict the injector is. */
final class CoreModule extends AbstractModule {
    private final Clock clock;
    private final RetryPolicy retryPolicy;
    private final Redaction redaction;
    private final Closer closer;

    CoreModule(Clock clock, RetryPolicy retryPolicy, Redaction redaction, Closer closer) {
        this.clock = clock;
        this.retryPolicy = retryPolicy;
        this.redaction = redaction;
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
        OptionalBinder.newOptionalBinder(binder(), Redaction.class).setBinding().toInstance(redaction);
    }
}
