package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** The checks that several request types share. */
final class Rules {
    private Rules() {}

    static void notNegative(String field, long value) {
        if (value < 0) {
            throw new InvalidOrderException(field, value, "must be >= 0");
        }
    }

    static void between(String field, long value, long smallest, long largest) {
        if (value < smallest || value > largest) {
            throw new InvalidOrderException(field, value, "must be between " + smallest + " and " + largest);
        }
    }

    /** Refuses a setting; unlike a value of an order, this is a mistake in the host's program. */
    static void setting(String name, long value, long smallest, long largest) {
        if (value < smallest || value > largest) {
            throw new IllegalArgumentException(
                    name + " must be between " + smallest + " and " + largest + ": " + value);
        }
    }

    static void setting(String name, Duration value, Duration smallest, Duration largest) {
        requireNonNull(value, name);
        if (value.compareTo(smallest) < 0 || value.compareTo(largest) > 0) {
            throw new IllegalArgumentException(
                    name + " must be between " + smallest + " and " + largest + ": " + value);
        }
    }

    static void reference(String reference) {
        textLength("reference", requireNonNull(reference, "reference"));
    }

    static void textLength(String field, String text) {
        if (text.isEmpty() || text.length() > Limits.KEY_LENGTH) {
            throw new InvalidOrderException(
                    field,
                    text.length() + " characters",
                    "must have between 1 and " + Limits.KEY_LENGTH + " characters");
        }
    }
}
