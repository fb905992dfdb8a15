package io.orderflow;

import static io.orderflow.Refusals.assertIllegal;
import static io.orderflow.Refusals.assertNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRequestTest {
    @Test
    void aPageIsTheFirstOrFollowsAnother() {
        assertEquals(new PageRequest(1, Optional.empty()), PageRequest.first(1));
        assertEquals(new PageRequest(500, Optional.of("x")), PageRequest.after("x", 500));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 501, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aSizeIsWithinItsLimits(int size) {
        assertIllegal("size must be between 1 and 500: " + size, () -> PageRequest.first(size));
    }

    @Test
    void nullIsRefused() {
        assertNull("after", () -> new PageRequest(1, null));
        assertThrows(NullPointerException.class, () -> PageRequest.after(null, 1));
    }
}
