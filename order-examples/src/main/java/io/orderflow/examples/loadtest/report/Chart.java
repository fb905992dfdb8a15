package io.orderflow.examples.loadtest.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Lines over time, as figures; {@link ChartImage} draws them.
 *
 * @param title what it shows
 * @param timeUnit unit of the time, for its axis
 * @param times time of each point, rising
 * @param unit what the values are, with their unit, for their axis
 * @param lines the lines, at least one
 */
record Chart(String title, String timeUnit, double[] times, String unit, List<Line> lines) {
    /**
     * One line.
     *
     * @param number from 0, gives it the same look in every chart that has it
     * @param name its name in the legend
     * @param values a value for each time; NaN where there is none
     */
    record Line(int number, String name, double[] values) {
        boolean hasValues() {
            return Arrays.stream(values).anyMatch(value -> !Double.isNaN(value));
        }

        private String inWords(String unit) {
            double[] known =
                    Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
            double least = Arrays.stream(known).min().orElse(Double.NaN);
            double most = Arrays.stream(known).max().orElse(Double.NaN);
            return String.format(
                    Locale.ROOT,
                    "%s from %s to %s, at last %s %s",
                    name,
                    Texts.number(least),
                    Texts.number(most),
                    Texts.number(known[known.length - 1]),
                    unit);
        }
    }

    double most() {
        return lines.stream()
                .flatMapToDouble(line -> Arrays.stream(line.values()))
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
    }

    double end() {
        return times[times.length - 1];
    }

    /** The chart in a sentence, for readers that cannot see it. */
    String inWords() {
        return title + " over " + Texts.number(end()) + " " + timeUnit + ": "
                + lines.stream().map(line -> line.inWords(unit)).collect(Collectors.joining("; ")) + ".";
    }
}
