package io.orderflow.examples.loadtest.resources;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A component's figures over a stretch of time: the growth of a counter for each second, the mean of everything else.
 *
 * @param amounts one for each figure
 */
record ResourceWindow(Map<Figure, Amount> amounts) {
    private static final double NANOS = 1e9;

    ResourceWindow {
        amounts = Map.copyOf(amounts);
    }

    Amount amount(Figure figure) {
        return amounts.get(figure);
    }

    /** A window in which nothing can be had, for one reason. */
    static ResourceWindow missing(String reason) {
        return from(figure -> Amount.missing(reason));
    }

    /** A window of what the function says of each figure. */
    static ResourceWindow from(Function<Figure, Amount> amount) {
        Map<Figure, Amount> amounts = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            amounts.put(figure, amount.apply(figure));
        }
        return new ResourceWindow(amounts);
    }

    /**
     * The window of these readings.
     *
     * @param readings in the order of time, all within the window
     * @param whyMissing why a figure is in none of the readings
     */
    static ResourceWindow of(List<ResourceReading> readings, Function<Figure, String> whyMissing) {
        Map<Figure, Amount> amounts = new EnumMap<>(from(figure -> {
                    OptionalDouble value = figure.isCounter() ? growth(readings, figure) : mean(readings, figure);
                    return value.isPresent()
                            ? Amount.of(value.getAsDouble())
                            : Amount.missing(whyMissing.apply(figure));
                })
                .amounts());
        OptionalDouble used = growth(readings, Figure.CPU_SECONDS);
        if (used.isPresent()) {
            amounts.put(Figure.CPU_SECONDS, Amount.of(used.getAsDouble() * elapsed(readings)));
            amounts.put(Figure.CPU_PERCENT, Amount.of(used.getAsDouble() * 100));
        }
        return new ResourceWindow(amounts);
    }

    /** This window against an idle one. Processor seconds depend on the length of a window and are not compared. */
    ResourceWindow changeFrom(ResourceWindow idle) {
        return from(figure -> figure == Figure.CPU_SECONDS
                ? Amount.missing("depends on the length of the window")
                : amount(figure).minus(idle.amount(figure)));
    }

    private static double elapsed(List<ResourceReading> readings) {
        return (readings.get(readings.size() - 1).nanos() - readings.get(0).nanos()) / NANOS;
    }

    /** Growth for each second from the first to the last reading; empty without two readings that have the counter. */
    private static OptionalDouble growth(List<ResourceReading> all, Figure figure) {
        List<ResourceReading> readings = all.stream()
                .filter(reading -> reading.value(figure).isPresent())
                .toList();
        if (readings.size() < 2 || elapsed(readings) <= 0) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        for (int i = 1; i < readings.size(); i++) {
            double before = readings.get(i - 1).value(figure).getAsDouble();
            double now = readings.get(i).value(figure).getAsDouble();
            // a counter that went back began anew at 0: the container was started again
            sum += now >= before ? now - before : now;
        }
        return OptionalDouble.of(sum / elapsed(readings));
    }

    private static OptionalDouble mean(List<ResourceReading> readings, Figure figure) {
        return readings.stream()
                .map(reading -> reading.value(figure))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .average();
    }
}
