package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/** The checks that several request types share. */
final class Rules {
    private static final Instant FIRST_TIME = Instant.parse("1000-01-01T00:00:00Z");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999Z");

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

    static void hold(Duration length) {
        boolean inRange = length.compareTo(Limits.SHORTEST_HOLD) >= 0 && length.compareTo(Limits.LONGEST_HOLD) <= 0;
        if (!inRange || length.getNano() % 1_000_000 != 0) {
            throw new InvalidOrderException(
                    "holdFor",
                    length,
                    "must be between " + Limits.SHORTEST_HOLD + " and " + Limits.LONGEST_HOLD
                            + ", in whole milliseconds");
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

    /** A time that every database's columns hold. */
    static void time(String field, Instant time) {
        if (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME)) {
            throw new InvalidOrderException(field, time, "must be between " + FIRST_TIME + " and " + LAST_TIME);
        }
    }

    static void reference(String reference) {
        text("reference", requireNonNull(reference, "reference"));
    }

    /** A text that is compared as it is, and that UTF-8 and every database give back as it was. */
    static void text(String field, String text) {
        if (text.isEmpty() || text.length() > Limits.KEY_LENGTH) {
            throw new InvalidOrderException(
                    field,
                    text.length() + " characters",
                    "must have between 1 and " + Limits.KEY_LENGTH + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || isUnpaired(text, i)) {
                throw new InvalidOrderException(
                        field,
                        String.format("U+%04X at character %d", (int) text.charAt(i), i + 1),
                        "must have neither unpaired surrogates nor NUL");
            }
        }
    }

    /** All of them are one character in UTF-8, so texts that differ in nothing else would be one. */
    private static boolean isUnpaired(String text, int at) {
        char unit = text.charAt(at);
        if (Character.isHighSurrogate(unit)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(unit) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
