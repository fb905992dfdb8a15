package io.orderflow.examples.serve;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a router serves, by its own table. Used by the event loop, and while nothing is served yet. */
final class RouteTable {
    private final Router router;

    RouteTable(Router router) {
        this.router = router;
    }

    /**
     * Each method with its template, such as {@code GET /orders/:id}; the template alone where every method is taken.
     */
    List<String> all() {
        return templates()
                .flatMap(route -> route.methods() == null
                        ? Stream.of(route.getName())
                        : route.methods().stream().map(method -> method.name() + " " + route.getName()))
                .toList();
    }

    /** The methods that a path takes, as a header lists them; empty when there is no such path. */
    String allowed(String path) {
        return String.join(", ", methods(path));
    }

    /** Whether a path takes a method. */
    boolean takes(String path, HttpMethod method) {
        return methods(path).contains(method.name());
    }

    /** A path that stands in the table as it is, such as {@code /orders/batch}, is no order of that id. */
    private List<String> methods(String path) {
        List<String> exact = methods(path::equals);
        return exact.isEmpty() ? methods(template -> matches(template, path)) : exact;
    }

    private List<String> methods(Predicate<String> template) {
        return templates()
                .filter(route -> route.methods() != null && template.test(route.getName()))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .distinct()
                .sorted()
                .toList();
    }

    private Stream<Route> templates() {
        return router.getRoutes().stream().filter(route -> route.getName() != null);
    }

    /** Whether a path is one of a template such as {@code /orders/:id}. */
    private static boolean matches(String template, String path) {
        String[] parts = template.split("/");
        String[] segments = path.split("/");
        return parts.length == segments.length
                && IntStream.range(0, parts.length)
                        .allMatch(i -> parts[i].startsWith(":") || parts[i].equals(segments[i]));
    }
}
