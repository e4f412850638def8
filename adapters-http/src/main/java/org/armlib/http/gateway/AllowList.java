package org.armlib.http.gateway;

import java.util.List;
import java.util.function.Predicate;
import org.armlib.spi.InvalidSettingException;

/** Which normalised paths may be asked for. */
final class AllowList {
    private final List<Predicate<String>> entries;

    private AllowList(List<Predicate<String>> entries) {
        this.entries = entries;
    }

    static AllowList of(List<String> paths) {
        if (paths.isEmpty()) {
            throw new InvalidSettingException("allow", "is empty, so that nothing could be run; \"/\" allows all");
        }
        return new AllowList(paths.stream().map(AllowList::entry).toList());
    }

    boolean allows(String path) {
        return entries.stream().anyMatch(entry -> entry.test(path));
    }

    private static Predicate<String> entry(String written) {
        try {
            String path = Paths.normalise(written);
            if (Paths.readings(written).size() > 1) {
                throw new UnsafePathException("has an empty segment or an encoded slash, which are matched as '/'");
            }
            if (path.contains("*")) {
                return new Glob(path)::matches;
            }
            String below = path.endsWith("/") ? path : path + "/";
            return candidate -> candidate.equals(path) || candidate.startsWith(below);
        } catch (UnsafePathException e) {
            throw new InvalidSettingException(
                    "allow", "'" + written + "' " + e.getMessage() + "; allowed: a path or glob such as /reports/**");
        }
    }
}
