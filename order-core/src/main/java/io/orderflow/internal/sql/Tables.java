package io.orderflow.internal.sql;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * The tables' names under one prefix.
 *
 * @param prefix what every table, index and constraint name begins with
 */
public record Tables(String prefix) {
    /** The row of {@link #schemaVersion} that says the version. */
    public static final int VERSION = 1;

    /** The row of {@link #schemaVersion} under whose lock products and wallets are created. */
    public static final int GUARD = 2;

    /** The row of {@link #schemaVersion} under whose lock holds are expired. */
    public static final int EXPIRY = 3;

    /** The row of {@link #schemaVersion} that says whether deciding is paused. */
    public static final int PAUSE = 4;

    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_]{0,30}");

    /**
     * Checks the prefix, which becomes part of SQL text.
     *
     * @throws IllegalArgumentException if it does not match {@code [a-z][a-z0-9_]{0,30}}
     */
    public Tables {
        if (!PREFIX.matcher(requireNonNull(prefix, "tablePrefix")).matches()) {
            throw new IllegalArgumentException("tablePrefix must match " + PREFIX.pattern() + ": " + prefix);
        }
    }

    /** Orders, one row each. */
    public String orders() {
        return prefix + "orders";
    }

    /** What the journal has accepted and is not known to be decided, one row for each group. */
    public String pending() {
        return prefix + "pending";
    }

    /** Lines of orders that took something, with the price that was charged. */
    public String orderLine() {
        return prefix + "order_line";
    }

    /** Balances. */
    public String wallet() {
        return prefix + "wallet";
    }

    /** Available pieces, prices and limits. */
    public String stock() {
        return prefix + "stock";
    }

    /** What buyers have of products with a limit. */
    public String purchase() {
        return prefix + "purchase";
    }

    /** Restocks, deposits and the like, append-only. */
    public String adjustment() {
        return prefix + "adjustment";
    }

    /** What was done to orders after their acceptance beside their decisions, append-only. */
    public String orderChange() {
        return prefix + "order_change";
    }

    /** The pieces of all that was given back, append-only. */
    public String refundLine() {
        return prefix + "refund_line";
    }

    /** Orders that hold what they took, each with the end of that. */
    public String hold() {
        return prefix + "hold";
    }

    /** One row for each transaction that decided, adjusted or changed orders. */
    public String batch() {
        return prefix + "batch";
    }

    /** How far each feed was read, and by whom. */
    public String feed() {
        return prefix + "feed";
    }

    /** What archived orders took, in sums. */
    public String opening() {
        return prefix + "opening";
    }

    /** Who is trying which suspect order. */
    public String attempt() {
        return prefix + "attempt";
    }

    /** What was set aside. */
    public String deadLetter() {
        return prefix + "dead_letter";
    }

    /** A few rows: the version of the tables, the locks of the whole shop, and whether deciding is paused. */
    public String schemaVersion() {
        return prefix + "schema_version";
    }
}
