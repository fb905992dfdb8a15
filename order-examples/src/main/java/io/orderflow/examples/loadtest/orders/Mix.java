package io.orderflow.examples.loadtest.orders;

import static java.util.Objects.requireNonNull;

import io.orderflow.examples.common.Ranges;

/**
 * What kinds of orders a load test submits. Immutable.
 *
 * @param skew how the orders are spread over the products
 * @param lines lines of an order, one piece each
 * @param keyShare share of the orders that carry an idempotency key, 0 to 1
 * @param poorShare share of the buyers who can pay for nothing, 0 to 1
 * @param replayShare share of the orders whose request is submitted again once it was accepted, 0 to 1
 * @param externalShare share of the orders that no wallet pays, 0 to 1
 * @param holdShare share of the orders that hold what they took until they are confirmed, 0 to 1
 * @param urgentShare share of the orders that are urgent, 0 to 1
 */
public record Mix(
        Skew skew,
        LineRange lines,
        double keyShare,
        double poorShare,
        double replayShare,
        double externalShare,
        double holdShare,
        double urgentShare) {
    public Mix {
        requireNonNull(skew, "skew");
        requireNonNull(lines, "lines");
        Ranges.share("keys", keyShare);
        Ranges.share("poor-buyers", poorShare);
        Ranges.share("replays", replayShare);
        Ranges.share("external", externalShare);
        Ranges.share("holds", holdShare);
        Ranges.share("urgent", urgentShare);
    }
}
