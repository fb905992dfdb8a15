package io.orderflow;

import java.time.Duration;
import java.util.List;

/**
 * What a replay found. Immutable.
 *
 * @param replayed adjustments, verdicts and changes that were replayed
 * @param differences how many verdicts, reasons, totals, lines, balances, stocks, prices and limits came out otherwise
 * @param examples the first differences, at most {@link #EXAMPLES}, each naming what differs
 * @param took how long it took
 */
public record ReplayReport(long replayed, long differences, List<String> examples, Duration took) {
    /** Most differences that a report lists; all of them are counted. */
    public static final int EXAMPLES = 100;

    /** Copies the list. */
    public ReplayReport {
        examples = List.copyOf(examples);
    }

    /** Whether everything came out the same. */
    public boolean ok() {
        return differences == 0;
    }
}
