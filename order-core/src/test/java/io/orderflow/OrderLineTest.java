package io.orderflow;

import static io.orderflow.Refusals.assertInvalid;
import static io.orderflow.Refusals.assertNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderLineTest {
    @Test
    void aLineHasNoPriceUnlessOneIsGiven() {
        assertEquals(new OrderLine(5, 2, OptionalLong.empty()), OrderLine.of(5, 2));
        assertEquals(new OrderLine(5, 2, OptionalLong.of(0)), OrderLine.of(5, 2, 0));
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        assertEquals(0, OrderLine.of(0, 1).product());
        assertEquals(Long.MAX_VALUE, OrderLine.of(Long.MAX_VALUE, 1).product());
        assertEquals(1_000_000, OrderLine.of(1, 1_000_000).quantity());
        assertEquals(
                1_000_000_000_000_000L,
                OrderLine.of(1, 1, 1_000_000_000_000_000L).unitPrice().getAsLong());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void aProductIsNotNegative(long product) {
        assertInvalid("product", product, "must be >= 0", () -> OrderLine.of(product, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_000_001, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aQuantityIsWithinItsLimits(int quantity) {
        assertInvalid("quantity", quantity, "must be between 1 and 1000000", () -> OrderLine.of(1, quantity));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1_000_000_000_000_001L, Long.MAX_VALUE, Long.MIN_VALUE})
    void aUnitPriceIsWithinItsLimits(long price) {
        String rule = "must be between 0 and 1000000000000000 minor units";
        assertInvalid("unitPrice", price, rule, () -> OrderLine.of(1, 1, price));
    }

    @Test
    void nullIsRefused() {
        assertNull("unitPrice", () -> new OrderLine(1, 1, null));
    }
}
