package io.orderflow.examples.common;

/** Checks of options that say name, rule and value, without the two dashes. */
public final class Ranges {
    private Ranges() {}

    public static void between(String name, long value, long smallest, long largest) {
        if (value < smallest || value > largest) {
            throw new IllegalArgumentException(
                    name + " must be between " + smallest + " and " + largest + ": " + value);
        }
    }

    public static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be between 0 and 1: " + value);
        }
    }

    public static void atLeastZero(String name, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(name + " must be >= 0: " + value);
        }
    }
}
