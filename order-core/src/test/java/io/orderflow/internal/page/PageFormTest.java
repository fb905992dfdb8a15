package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.InvalidOrderException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A form of the page")
class PageFormTest {
    @Test
    @DisplayName("shows what it refuses in one line")
    void shown() {
        InvalidOrderException twice =
                assertThrows(InvalidOrderException.class, () -> new PageForm("a%0Ab=1&a%0Ab=2%0D%E2%80%A8"));
        assertEquals("\"a\\u000ab\" must be there once: \"2\\u000d\\u2028\"", twice.getMessage());
    }
}
