package org.armlib.http.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which call goes where. Immutable. */
final class Routes {
    /** What becomes of a call when its handler returns. */
    enum Outcome {
        /** It is answered. */
        ANSWERED,
        /** Somebody else answers and completes it later. */
        PUT_OFF
    }

    /** Who may call. */
    enum Access {
        ANYBODY,
        SUBMITTER,
        ADMIN
    }

    /** Answers a call. */
    interface Handler {
        Outcome handle(Exchange exchange) throws IOException;
    }

    /**
     * One call.
     *
     * @param template the path; {@code {name}} stands for a segment, {@code {path}} for all the rest
     * @param changes whether it changes anything, so that pages of other sites must not call it
     */
    record Route(String method, String template, Access access, boolean changes, Handler handler) {
        private static final String REST = "{path}";

        boolean isAlsoHead() {
            return method.equals("GET") && !changes;
        }

        /** The variable parts of a path, or empty if it is not this route's. */
        Optional<List<String>> match(String path) {
            if (template.endsWith(REST)) {
                String start = template.substring(0, template.length() - REST.length());
                return path.startsWith(start) ? Optional.of(List.of(path.substring(start.length()))) : Optional.empty();
            }
            List<String> parts = new ArrayList<>(1);
            int ours = 0;
            int theirs = 0;
            while (ours >= 0 && theirs >= 0) {
                int end = end(path, theirs);
                if (template.startsWith("{", ours) && end > theirs) {
                    parts.add(path.substring(theirs, end));
                } else if (end - theirs != end(template, ours) - ours
                        || !template.regionMatches(ours, path, theirs, end - theirs)) {
                    return Optional.empty();
                }
                ours = next(template, ours);
                theirs = next(path, theirs);
            }
            return ours == theirs ? Optional.of(parts) : Optional.empty();
        }

        /** Where the segment that begins at {@code from} ends. */
        private static int end(String path, int from) {
            int slash = path.indexOf('/', from);
            return slash < 0 ? path.length() : slash;
        }

        /** Where the segment after it begins, or -1 if there is none. */
        private static int next(String path, int from) {
            int slash = path.indexOf('/', from);
            return slash < 0 ? -1 : slash + 1;
        }
    }

    private final List<Route> routes;
    private final Map<String, List<Route>> byFirstSegment;

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
        this.byFirstSegment = routes.stream().collect(Collectors.groupingBy(route -> firstSegment(route.template())));
    }

    List<Route> all() {
        return routes;
    }

    /** The routes whose path it is, by their methods; empty if it is nobody's. */
    List<Route> at(String path) {
        return byFirstSegment.getOrDefault(firstSegment(path), List.of()).stream()
                .filter(route -> route.match(path).isPresent())
                .toList();
    }

    private static String firstSegment(String path) {
        int end = path.indexOf('/', 1);
        return end < 0 ? path : path.substring(0, end);
    }

    /** The one of {@code candidates} for a method; HEAD is answered as GET, but by calls that change something. */
    static Optional<Route> of(String method, List<Route> candidates) {
        return candidates.stream()
                .filter(route -> route.method().equals(method) || (method.equals("HEAD") && route.isAlsoHead()))
                .findFirst();
    }

    static String allowed(List<Route> candidates) {
        return candidates.stream()
                .flatMap(route -> route.isAlsoHead() ? Stream.of("GET", "HEAD") : Stream.of(route.method()))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
