package io.orderflow.examples.serve;

import io.orderflow.InvalidOrderException;
import java.time.DateTimeException;
import java.time.Instant;

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
