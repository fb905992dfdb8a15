package io.orderflow.internal.engine;

import io.orderflow.Limits;
import io.orderflow.OrderStatus;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Ledger.Account;
import io.orderflow.internal.engine.Ledger.StockAccount;
import java.util.List;
import java.util.Optional;

/**
 * What an order's decision is. Reached in memory against locked values; reasons are looked for in the order in which
 * {@link RejectReason} lists them.
 *
 * @param entry the order
 * @param rejectReason why it was rejected; empty when it is completed or reserved
 * @param total what the order costs, in minor units; 0 when rejected
 */
public record Verdict(OrderEntry entry, Optional<RejectReason> rejectReason, long total) {
    /** Whether stock is taken, and the wallet charged if that pays: for good, or to be held. */
    public boolean completed() {
        return rejectReason.isEmpty();
    }

    /** The status that the order's row gets. */
    int code() {
        return !completed() ? Codes.REJECTED : entry.holdMillis() > 0 ? Codes.RESERVED : Codes.COMPLETED;
    }

    /** The status that the order gets. */
    public OrderStatus status() {
        return Codes.status(code());
    }

    /** The verdicts as the row of their batch has them, in the order of their places. */
    static String members(List<Verdict> verdicts) {
        return Members.literal(
                BatchKind.DECIDED, verdicts, verdict -> verdict.entry().id(), Verdict::member);
    }

    private int member() {
        return Codes.ofVerdict(status(), rejectReason);
    }

    /** Whether the other verdict, of the same order, says the same. */
    boolean agreesWith(Verdict other) {
        return total == other.total && rejectReason.equals(other.rejectReason);
    }

    /**
     * Decides one order and, when it is completed, takes from the ledger its pieces, and its total if the wallet pays.
     */
    static Verdict reach(OrderEntry entry, Ledger ledger) {
        if (entry.needsWallet() && ledger.wallet(entry.buyer()) == null) {
            return rejected(entry, RejectReason.UNKNOWN_BUYER);
        }
        Optional<RejectReason> wrong = checkProducts(entry, ledger);
        if (wrong.isPresent()) {
            return new Verdict(entry, wrong, 0);
        }
        long total = total(entry, ledger);
        if (total < 0) {
            return rejected(entry, RejectReason.AMOUNT_TOO_LARGE);
        }
        if (!isWithinLimits(entry, ledger)) {
            return rejected(entry, RejectReason.LIMIT_PER_BUYER);
        }
        if (!takeStock(entry, ledger)) {
            return rejected(entry, RejectReason.INSUFFICIENT_STOCK);
        }
        if (entry.needsWallet() && !charge(ledger.wallet(entry.buyer()), total)) {
            giveBack(entry, ledger, entry.lineCount());
            return rejected(entry, RejectReason.INSUFFICIENT_FUNDS);
        }
        count(entry, ledger);
        return new Verdict(entry, Optional.empty(), total);
    }

    private static boolean charge(Account wallet, long total) {
        if (wallet.now() < total) {
            return false;
        }
        wallet.add(-total);
        return true;
    }

    private static Verdict rejected(OrderEntry entry, RejectReason reason) {
        return new Verdict(entry, Optional.of(reason), 0);
    }

    private static Optional<RejectReason> checkProducts(OrderEntry entry, Ledger ledger) {
        boolean priceChanged = false;
        for (int i = 0; i < entry.lineCount(); i++) {
            StockAccount product = ledger.stock(entry.product(i));
            if (product == null) {
                return Optional.of(RejectReason.UNKNOWN_PRODUCT);
            }
            priceChanged |= entry.unitPrice(i) >= 0 && entry.unitPrice(i) != product.unitPrice();
        }
        return priceChanged ? Optional.of(RejectReason.PRICE_CHANGED) : Optional.empty();
    }

    /**
     * The sum over the lines, or -1 when it is above the largest amount; by division, since the product may not fit a
     * long.
     */
    private static long total(OrderEntry entry, Ledger ledger) {
        long total = 0;
        for (int i = 0; i < entry.lineCount(); i++) {
            long price = ledger.stock(entry.product(i)).unitPrice();
            if (price > (Limits.AMOUNT - total) / entry.quantity(i)) {
                return -1;
            }
            total += price * entry.quantity(i);
        }
        return total;
    }

    private static boolean isWithinLimits(OrderEntry entry, Ledger ledger) {
        for (int i = 0; i < entry.lineCount(); i++) {
            StockAccount product = ledger.stock(entry.product(i));
            if (product.limit().isSet()
                    && purchase(entry, i, ledger).now() + pieces(entry, product.id)
                            > product.limit().most()) {
                return false;
            }
        }
        return true;
    }

    /** What all lines on the product ask for together. */
    private static long pieces(OrderEntry entry, long product) {
        long pieces = 0;
        for (int i = 0; i < entry.lineCount(); i++) {
            pieces += entry.product(i) == product ? entry.quantity(i) : 0;
        }
        return pieces;
    }

    private static void count(OrderEntry entry, Ledger ledger) {
        for (int i = 0; i < entry.lineCount(); i++) {
            if (ledger.stock(entry.product(i)).limit().isSet()) {
                purchase(entry, i, ledger).add(entry.quantity(i));
            }
        }
    }

    private static Account purchase(OrderEntry entry, int line, Ledger ledger) {
        return ledger.purchase(new Share(entry.product(line), entry.buyer()));
    }

    /**
     * Takes line by line, so that two lines on one product see each other; gives back what was taken when one fails.
     */
    private static boolean takeStock(OrderEntry entry, Ledger ledger) {
        for (int i = 0; i < entry.lineCount(); i++) {
            StockAccount product = ledger.stock(entry.product(i));
            if (product.now() < entry.quantity(i)) {
                giveBack(entry, ledger, i);
                return false;
            }
            product.add(-entry.quantity(i));
        }
        return true;
    }

    private static void giveBack(OrderEntry entry, Ledger ledger, int lines) {
        for (int i = 0; i < lines; i++) {
            ledger.stock(entry.product(i)).add(entry.quantity(i));
        }
    }
}
