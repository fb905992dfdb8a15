package io.orderflow.examples.common;

import io.orderflow.AuditReport;
import java.io.PrintWriter;
import java.util.List;

/**
 * An audit as the programs show it, to people and as JSON.
 *
 * @param ok whether everything agrees
 * @param differences how many differences there are in all
 * @param examples the first of them
 * @param orders orders in the database
 * @param pending orders that wait for their decision
 * @param completed completed orders
 * @param rejected rejected orders
 * @param parked orders in the dead letters
 * @param reserved orders that hold what they took
 * @param cancelled cancelled orders
 * @param expired orders whose hold expired
 * @param refunded orders of which nothing is left
 * @param archived orders that were taken out of the tables
 * @param products products that were recomputed
 * @param wallets wallets that were recomputed
 * @param milliseconds how long it took
 */
public record AuditSummary(
        boolean ok,
        long differences,
        List<String> examples,
        long orders,
        long pending,
        long completed,
        long rejected,
        long parked,
        long reserved,
        long cancelled,
        long expired,
        long refunded,
        long archived,
        long products,
        long wallets,
        long milliseconds) {
    /** What a report says. */
    public static AuditSummary of(AuditReport report) {
        return new AuditSummary(
                report.ok(),
                report.differences(),
                report.examples(),
                report.orders(),
                report.pending(),
                report.completed(),
                report.rejected(),
                report.parked(),
                report.reserved(),
                report.cancelled(),
                report.expired(),
                report.refunded(),
                report.archived(),
                report.products(),
                report.wallets(),
                report.took().toMillis());
    }

    /** Prints every listed difference, the totals, and the result in the last line. */
    public void print(PrintWriter out) {
        examples.forEach(example -> out.println("  DIFFERS  " + example));
        if (differences > examples.size()) {
            out.println("  ... and " + (differences - examples.size()) + " more");
        }
        out.println("  " + orders + " orders: " + completed + " completed, " + rejected + " rejected, " + pending
                + " pending, " + parked + " parked" + some(reserved, "reserved") + some(cancelled, "cancelled")
                + some(expired, "expired") + some(refunded, "refunded"));
        if (archived > 0) {
            out.println("  " + archived + " orders more are in the archive");
        }
        out.println("  " + products + " products and " + wallets + " wallets recomputed in " + milliseconds + " ms");
        out.println(ok ? "  everything agrees" : "  " + differences + " differences");
    }

    /** What only some shops have is told where there is any. */
    private static String some(long orders, String what) {
        return orders == 0 ? "" : ", " + orders + " " + what;
    }
}
