package org.armlib.http.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

        /** The variable parts of a path, or empty if it is not this route's. */
        Optional<List<String>> match(String path) {
            List<String> parts = new ArrayList<>();
            if (template.endsWith(REST)) {
                String start = template.substring(0, template.length() - REST.length());
                return path.startsWith(start) ? Optional.of(List.of(path.substring(start.length()))) : Optional.empty();
            }
            String[] ours = template.split("/", -1);
            String[] theirs = path.split("/", -1);
            if (ours.length != theirs.length) {
                return Optional.empty();
            }
            for (int i = 0; i < ours.length; i++) {
                if (ours[i].startsWith("{") && !theirs[i].isEmpty()) {
                    parts.add(theirs[i]);
                } else if (!ours[i].equals(theirs[i])) {
                    return Optional.empty();
                }
            }
            return Optional.of(parts);
        }
    }

    private final List<Route> routes;

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    List<Route> all() {
        return routes;
    }

    /** The routes whose path it is, by their methods; empty if it is nobody's. */
    List<Route> at(String path) {
        return routes.stream().filter(route -> route.match(path).isPresent()).toList();
    }

    /** The one of {@code candidates} for a method; HEAD is answered as GET, but by calls that change something. */
    static Optional<Route> of(String method, List<Route> candidates) {
        return candidates.stream()
                .filter(route -> route.method().equals(method)
                        || (method.equals("HEAD") && route.method().equals("GET") && !route.changes()))
                .findFirst();
    }

    static String allowed(List<Route> candidates) {
        return candidates.stream().map(Route::method).distinct().sorted().collect(Collectors.joining(", "));
    }
}
