package org.armlib.http.api;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.armlib.domain.FormatName;
import org.armlib.ports.CacheManager;
import org.armlib.ports.CachedResult;
import org.armlib.ports.Presigning;

/** A cache whose results have addresses in a store, which is not there: who follows them is somebody else's matter. */
final class SigningCache {
    static final String STORE = "https://store.example/";

    private SigningCache() {}

    private interface SigningResult extends CachedResult, Presigning {}

    static CacheManager over(CacheManager cache) {
        return proxy(CacheManager.class, cache, Optional.empty());
    }

    private static <T> T proxy(Class<T> type, Object behind, Optional<CachedResult> result) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (result.isPresent() && method.getDeclaringClass().equals(Presigning.class)) {
                        return address(
                                result.get(), method.getName(), (FormatName) arguments[0], (Duration) arguments[1]);
                    }
                    try {
                        Object answer = method.invoke(behind, arguments);
                        return answer instanceof Optional<?> found && found.orElse(null) instanceof CachedResult plain
                                ? Optional.of(proxy(SigningResult.class, plain, Optional.of(plain)))
                                : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static URI address(CachedResult result, String how, FormatName format, Duration validFor) {
        return URI.create(STORE + result.manifest().key() + "." + format + "?signed=" + how + "&for=" + validFor);
    }
}
