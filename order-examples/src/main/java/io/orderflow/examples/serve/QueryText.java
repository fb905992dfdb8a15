package io.orderflow.examples.serve;

import io.orderflow.InvalidOrderException;
import io.vertx.core.http.HttpServerRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;

/** Values as they stand in paths and queries. */
final class QueryText {
    private QueryText() {}

    /**
     * Reads a number.
     *
     * @param text null for nothing
     * @throws InvalidOrderException if it is none, or outside its range
     */
    static long number(String field, String text, long smallest, long largest) {
        String rule = "must be an integer between " + smallest + " and " + largest;
        if (text == null) {
            throw new InvalidOrderException(field, "nothing", rule);
        }
        try {
            long number = Long.parseLong(text);
            if (number >= smallest && number <= largest && text.charAt(0) != '+') {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number outside the range
        }
        throw new InvalidOrderException(field, Shortened.of(text), rule);
    }

    /**
     * Refuses a query with a parameter that its path does not take: a misspelt one would silently show something else.
     * So would one that is there twice.
     *
     * @param several those that may be there several times
     * @throws InvalidOrderException that names the first such parameter
     */
    static void allow(HttpServerRequest request, List<String> known, String... several) {
        for (String name : request.params().names()) {
            if (!known.contains(name)) {
                throw new InvalidOrderException(
                        Shortened.of(name),
                        Shortened.of(request.getParam(name)),
                        "must be absent; the parameters of this path are " + String.join(", ", known));
            }
            List<String> values = request.params().getAll(name);
            if (values.size() > 1 && !List.of(several).contains(name)) {
                throw new InvalidOrderException(name, Shortened.of(String.join(", ", values)), "must be there once");
            }
        }
    }

    /**
     * Reads a time.
     *
     * @throws InvalidOrderException if it is none
     */
    static Instant time(String field, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidOrderException(
                    field, Shortened.of(text), "must be a time of UTC such as 2026-01-31T12:00:00Z");
        }
    }
}
