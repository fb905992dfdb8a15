package io.orderflow.examples.serve;

/**
 * How much one client may ask for. Immutable.
 *
 * @param perSecond requests a second in the long run, 1 to {@value #MOST}
 * @param burst requests that may come at once after a rest, 1 to {@value #MOST}
 */
record RateRule(int perSecond, int burst) {
    /** More than one process answers. */
    static final int MOST = 1_000_000;
}
