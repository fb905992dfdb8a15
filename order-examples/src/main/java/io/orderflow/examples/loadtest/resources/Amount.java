package io.orderflow.examples.loadtest.resources;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;

/**
 * A value, or the reason why there is none: never both.
 *
 * @param value the value
 * @param missing why there is no value; empty when there is one
 */
record Amount(OptionalDouble value, String missing) {
    Amount {
        requireNonNull(value, "value");
        if (value.isPresent() != missing.isEmpty()) {
            throw new IllegalArgumentException("an amount has a value or a reason: " + value + " " + missing);
        }
    }

    static Amount of(double value) {
        return new Amount(OptionalDouble.of(value), "");
    }

    static Amount missing(String reason) {
        return new Amount(OptionalDouble.empty(), reason);
    }

    /** This without the other; missing when one of them is. */
    Amount minus(Amount other) {
        if (value.isEmpty()) {
            return this;
        }
        return other.value.isEmpty() ? other : of(value.getAsDouble() - other.value.getAsDouble());
    }
}
