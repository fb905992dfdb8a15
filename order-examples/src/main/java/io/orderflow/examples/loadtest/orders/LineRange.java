package io.orderflow.examples.loadtest.orders;

import io.orderflow.Limits;
import io.orderflow.examples.common.Ranges;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many lines the orders have, each number in the range equally often.
 *
 * @param fewest lines of the smallest order
 * @param most lines of the largest order
 */
public record LineRange(int fewest, int most) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(?:\\.\\.([0-9]{1,9}))?");

    public LineRange {
        Ranges.between("lines", fewest, 1, Limits.LINES);
        Ranges.between("lines", most, 1, Limits.LINES);
        if (fewest > most) {
            throw new IllegalArgumentException("lines must begin with the smaller number: " + fewest + ".." + most);
        }
    }

    /**
     * Reads a number or a range such as {@code 1..5}.
     *
     * @throws IllegalArgumentException if it is neither, or out of range
     */
    public static LineRange parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("lines must be a number or a range such as 1..5: " + text);
        }
        int fewest = Integer.parseInt(parts.group(1));
        return new LineRange(fewest, parts.group(2) == null ? fewest : Integer.parseInt(parts.group(2)));
    }

    /** As it is given on the command line. */
    @Override
    public String toString() {
        return fewest == most ? String.valueOf(fewest) : fewest + ".." + most;
    }
}
