package io.orderflow;

import static io.orderflow.Refusals.assertInvalid;
import static io.orderflow.Refusals.assertNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.StockAdjustment.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StockAdjustmentTest {
    private static final String BALANCE = "900000000000000000";

    @Test
    void eachFactoryFillsTheFieldsOfItsKind() {
        assertEquals(new StockAdjustment(Kind.DEFINE, 1, 30, 999, "r"), StockAdjustment.define(1, 999, 30, "r"));
        assertEquals(new StockAdjustment(Kind.RESTOCK, 1, 30, 0, "r"), StockAdjustment.restock(1, 30, "r"));
        assertEquals(new StockAdjustment(Kind.CORRECT, 1, -30, 0, "r"), StockAdjustment.correct(1, -30, "r"));
        assertEquals(new StockAdjustment(Kind.SET_PRICE, 1, 0, 999, "r"), StockAdjustment.setPrice(1, 999, "r"));
        assertEquals(
                new StockAdjustment(Kind.SET_MAX_PER_BUYER, 1, 2, 0, "r"), StockAdjustment.setMaxPerBuyer(1, 2, "r"));
        assertEquals(
                new StockAdjustment(Kind.REMOVE_MAX_PER_BUYER, 1, 0, 0, "r"),
                StockAdjustment.removeMaxPerBuyer(1, "r"));
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        assertEquals(0, StockAdjustment.define(0, 0, 0, "r").quantity());
        assertEquals(
                Limits.BALANCE,
                StockAdjustment.define(1, Limits.AMOUNT, Limits.BALANCE, "r").quantity());
        assertEquals(1, StockAdjustment.restock(1, 1, "r").quantity());
        assertEquals(
                Limits.BALANCE, StockAdjustment.restock(1, Limits.BALANCE, "r").quantity());
        assertEquals(
                -Limits.BALANCE,
                StockAdjustment.correct(1, -Limits.BALANCE, "r").quantity());
        assertEquals(
                Limits.BALANCE, StockAdjustment.correct(1, Limits.BALANCE, "r").quantity());
        assertEquals(0, StockAdjustment.setPrice(1, 0, "r").unitPrice());
        assertEquals(
                Limits.AMOUNT, StockAdjustment.setPrice(1, Limits.AMOUNT, "r").unitPrice());
        assertEquals(1, StockAdjustment.setMaxPerBuyer(1, 1, "r").quantity());
        assertEquals(
                Limits.BALANCE,
                StockAdjustment.setMaxPerBuyer(1, Limits.BALANCE, "r").quantity());
    }

    @ParameterizedTest
    @EnumSource
    void aProductIsNotNegative(Kind kind) {
        assertInvalid("product", -1, "must be >= 0", () -> new StockAdjustment(kind, -1, 1, 1, "r"));
    }

    @ParameterizedTest
    @EnumSource
    void aReferenceHasOneTo255Characters(Kind kind) {
        String rule = "must have between 1 and 255 characters";
        assertInvalid("reference", "0 characters", rule, () -> new StockAdjustment(kind, 1, 1, 0, ""));
        assertInvalid("reference", "256 characters", rule, () -> new StockAdjustment(kind, 1, 1, 0, "r".repeat(256)));
        assertNull("reference", () -> new StockAdjustment(kind, 1, 1, 0, null));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Limits.BALANCE + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void anOpeningStockIsWithinItsLimits(long available) {
        String rule = "must be between 0 and " + BALANCE;
        assertInvalid("available", available, rule, () -> StockAdjustment.define(1, 5, available, "r"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Limits.AMOUNT + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aPriceIsWithinItsLimits(long price) {
        String rule = "must be between 0 and 1000000000000000";
        assertInvalid("unitPrice", price, rule, () -> StockAdjustment.define(1, price, 5, "r"));
        assertInvalid("unitPrice", price, rule, () -> StockAdjustment.setPrice(1, price, "r"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Limits.BALANCE + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aRestockAddsWithinItsLimits(long quantity) {
        String rule = "must be between 1 and " + BALANCE;
        assertInvalid("quantity", quantity, rule, () -> StockAdjustment.restock(1, quantity, "r"));
        assertInvalid("quantity", quantity, rule, () -> StockAdjustment.setMaxPerBuyer(1, quantity, "r"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-Limits.BALANCE - 1, Limits.BALANCE + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aCorrectionIsWithinItsLimits(long quantity) {
        String rule = "must be between -" + BALANCE + " and " + BALANCE;
        assertInvalid("quantity", quantity, rule, () -> StockAdjustment.correct(1, quantity, "r"));
    }

    @ParameterizedTest
    @EnumSource(names = {"RESTOCK", "CORRECT", "SET_MAX_PER_BUYER"})
    void aChangeOfStockOrLimitHasNoPrice(Kind kind) {
        assertInvalid("unitPrice", 5, "must be 0 for " + kind, () -> new StockAdjustment(kind, 1, 1, 5, "r"));
    }

    @Test
    void theEndOfALimitHasNothing() {
        Kind kind = Kind.REMOVE_MAX_PER_BUYER;
        assertInvalid("quantity", 5, "must be 0 for " + kind, () -> new StockAdjustment(kind, 1, 5, 0, "r"));
        assertInvalid("unitPrice", 5, "must be 0 for " + kind, () -> new StockAdjustment(kind, 1, 0, 5, "r"));
    }

    @Test
    void aChangeOfPriceHasNoQuantity() {
        assertInvalid(
                "quantity", 5, "must be 0 for SET_PRICE", () -> new StockAdjustment(Kind.SET_PRICE, 1, 5, 1, "r"));
    }

    @Test
    void nullIsRefused() {
        assertNull("kind", () -> new StockAdjustment(null, 1, 1, 1, "r"));
    }
}
