package io.orderflow;

import static io.orderflow.Refusals.assertInvalid;
import static io.orderflow.Refusals.assertNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.WalletAdjustment.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalletAdjustmentTest {
    @Test
    void eachFactoryMakesItsKind() {
        assertEquals(new WalletAdjustment(Kind.OPEN, 1, 30, "r"), WalletAdjustment.open(1, 30, "r"));
        assertEquals(new WalletAdjustment(Kind.DEPOSIT, 1, 30, "r"), WalletAdjustment.deposit(1, 30, "r"));
        assertEquals(new WalletAdjustment(Kind.WITHDRAW, 1, 30, "r"), WalletAdjustment.withdraw(1, 30, "r"));
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        assertEquals(0, WalletAdjustment.open(0, 0, "r").amount());
        for (Kind kind : Kind.values()) {
            assertEquals(1, new WalletAdjustment(kind, 1, 1, "r").amount());
            assertEquals(Limits.BALANCE, new WalletAdjustment(kind, 1, Limits.BALANCE, "r".repeat(255)).amount());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Limits.BALANCE + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void anOpeningBalanceIsWithinItsLimits(long balance) {
        String rule = "must be between 0 and 900000000000000000";
        assertInvalid("amount", balance, rule, () -> WalletAdjustment.open(1, balance, "r"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Limits.BALANCE + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void anAmountIsWithinItsLimits(long amount) {
        String rule = "must be between 1 and 900000000000000000";
        assertInvalid("amount", amount, rule, () -> WalletAdjustment.deposit(1, amount, "r"));
        assertInvalid("amount", amount, rule, () -> WalletAdjustment.withdraw(1, amount, "r"));
    }

    @ParameterizedTest
    @EnumSource
    void aBuyerIsNotNegative(Kind kind) {
        assertInvalid("buyer", -1, "must be >= 0", () -> new WalletAdjustment(kind, -1, 1, "r"));
    }

    @ParameterizedTest
    @EnumSource
    void aReferenceHasOneTo255Characters(Kind kind) {
        String rule = "must have between 1 and 255 characters";
        assertInvalid("reference", "0 characters", rule, () -> new WalletAdjustment(kind, 1, 1, ""));
        assertInvalid("reference", "256 characters", rule, () -> new WalletAdjustment(kind, 1, 1, "r".repeat(256)));
        assertNull("reference", () -> new WalletAdjustment(kind, 1, 1, null));
    }

    @Test
    void nullIsRefused() {
        assertNull("kind", () -> new WalletAdjustment(null, 1, 1, "r"));
    }
}
