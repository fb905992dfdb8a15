package io.orderflow.examples.loadtest.resources;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The figures of one component at one moment. A figure that is not among the values could not be read.
 *
 * @param nanos when, by {@link System#nanoTime()}
 * @param values counters as sums since the component's start, other figures as of this moment
 */
record ResourceReading(long nanos, Map<Figure, Double> values) {
    ResourceReading {
        values = values.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(values));
    }

    OptionalDouble value(Figure figure) {
        Double value = values.get(figure);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
