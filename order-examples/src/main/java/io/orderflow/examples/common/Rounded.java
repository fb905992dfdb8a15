package io.orderflow.examples.common;

import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as the results show them. */
public final class Rounded {
    private Rounded() {}

    /** To so many places after the point. */
    public static double to(int places, double value) {
        double scale = Math.pow(10, places);
        return Math.round(value * scale) / scale;
    }

    /** The same where there is a value. */
    public static OptionalDouble to(int places, OptionalDouble value) {
        return value.isPresent() ? OptionalDouble.of(to(places, value.getAsDouble())) : value;
    }

    /** The same; empty for a value that is no number. */
    public static OptionalDouble ifKnown(int places, double value) {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(to(places, value));
    }

    /** Milliseconds with their unit. */
    public static String millis(double value) {
        return String.format(Locale.ROOT, "%.3f ms", value);
    }

    /** A whole number with its thousands apart. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
