package io.orderflow.examples.quickstart;

import io.orderflow.AdjustmentResult;
import io.orderflow.OrderProcessor;
import io.orderflow.Product;
import io.orderflow.Wallet;
import io.orderflow.examples.common.ProgramException;
import java.util.List;
import java.util.OptionalLong;

/**
 * The quickstart's shop: three products and two buyers, with ids of their own so that nobody else's are touched.
 * Restoring it is idempotent within a run; every run brings stock, prices and balances back to the same start, by
 * adjustments that the audit sees like any other.
 */
final class SmallShop {
    static final long TEA = 9_001;
    static final long MUG = 9_002;
    static final long PRINT = 9_003;
    static final long NOT_SOLD_HERE = 9_999;
    static final long ADA = 9_001;
    static final long BOB = 9_002;
    static final long STRANGER = 9_999;

    static final List<Shelf> SHELVES = List.of(
            new Shelf(new Product(TEA, 450, 100, OptionalLong.empty()), "tea"),
            new Shelf(new Product(MUG, 1_200, 40, OptionalLong.empty()), "mug"),
            new Shelf(new Product(PRINT, 8_000, 1, OptionalLong.empty()), "signed print"));
    static final List<Purse> PURSES =
            List.of(new Purse(new Wallet(ADA, 50_000), "Ada"), new Purse(new Wallet(BOB, 500), "Bob"));

    private final OrderProcessor orders;
    private final String run;

    /** Names the run, which makes its references differ from those of every other run. */
    SmallShop(OrderProcessor orders, String run) {
        this.orders = orders;
        this.run = run;
    }

    /** A product as it is at the start of a run. */
    record Shelf(Product start, String name) {}

    /** A wallet as it is at the start of a run. */
    record Purse(Wallet start, String name) {}

    /** Brings the shop into being, or back to its start. */
    void restore() {
        SHELVES.forEach(shelf -> restore(shelf.start()));
        PURSES.forEach(purse -> restore(purse.start()));
    }

    private void restore(Product start) {
        Product now = orders.inventory().find(start.id()).orElse(null);
        if (now == null) {
            done(orders.inventory()
                    .define(start.id(), start.unitPrice(), start.available(), reference("define", start.id())));
            return;
        }
        long missing = start.available() - now.available();
        if (missing != 0) {
            done(orders.inventory().correct(start.id(), missing, reference("correct", start.id())));
        }
        if (now.unitPrice() != start.unitPrice()) {
            done(orders.inventory().setPrice(start.id(), start.unitPrice(), reference("price", start.id())));
        }
    }

    private void restore(Wallet start) {
        Wallet now = orders.wallets().find(start.buyer()).orElse(null);
        if (now == null) {
            done(orders.wallets().open(start.buyer(), start.balance(), reference("open", start.buyer())));
            return;
        }
        long missing = start.balance() - now.balance();
        if (missing > 0) {
            done(orders.wallets().deposit(start.buyer(), missing, reference("deposit", start.buyer())));
        } else if (missing < 0) {
            done(orders.wallets().withdraw(start.buyer(), -missing, reference("withdraw", start.buyer())));
        }
    }

    private String reference(String what, long id) {
        return "quickstart-" + run + "-" + what + "-" + id;
    }

    private static void done(AdjustmentResult result) {
        if (!(result instanceof AdjustmentResult.Applied)) {
            throw new ProgramException(
                    "cannot restore the quickstart's shop, is another quickstart running? " + result);
        }
    }
}
