package io.orderflow;

import java.time.Duration;
import java.util.List;

/**
 * What an audit found. The audit recomputes every wallet and every product from the records in one snapshot.
 *
 * @param orders orders in the database, without those that are archived
 * @param pending orders that wait for their decision
 * @param reserved orders that hold what they took
 * @param completed completed orders
 * @param rejected rejected orders
 * @param cancelled cancelled orders, also those that were reserved before
 * @param expired orders that held what they took for too long
 * @param refunded orders of which nothing is left
 * @param parked orders in the dead letters
 * @param archived orders that were archived since there are these tables
 * @param products products that were recomputed
 * @param wallets wallets that were recomputed
 * @param differences how many differences there are in all
 * @param examples the first differences, at most {@link #EXAMPLES}, each naming what differs and by how much
 * @param took how long the audit took
 */
public record AuditReport(
        long orders,
        long pending,
        long reserved,
        long completed,
        long rejected,
        long cancelled,
        long expired,
        long refunded,
        long parked,
        long archived,
        long products,
        long wallets,
        long differences,
        List<String> examples,
        Duration took) {
    /**
     * Most differences that a report lists; all of them are counted, and told to the consumer of
     * {@link OrderProcessor#audit(java.util.function.Consumer)}.
     */
    public static final int EXAMPLES = 100;

    /** Copies the list. */
    public AuditReport {
        examples = List.copyOf(examples);
    }

    /** Whether everything agrees. */
    public boolean ok() {
        return differences == 0;
    }
}
