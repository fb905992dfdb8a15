package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Asserts that a value is refused, and how. */
final class Refusals {
    private Refusals() {}

    static void assertInvalid(String field, Object value, String rule, Executable attempt) {
        InvalidOrderException refused = assertThrows(InvalidOrderException.class, attempt);
        assertEquals(field, refused.field());
        assertEquals(String.valueOf(value), refused.value());
        assertEquals(rule, refused.rule());
        assertEquals(field + " " + rule + ": " + value, refused.getMessage());
    }

    static void assertIllegal(String message, Executable attempt) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, attempt);
        assertEquals(IllegalArgumentException.class, refused.getClass());
        assertEquals(message, refused.getMessage());
    }

    static void assertNull(String name, Executable attempt) {
        NullPointerException refused = assertThrows(NullPointerException.class, attempt);
        assertEquals(name, refused.getMessage());
    }
}
