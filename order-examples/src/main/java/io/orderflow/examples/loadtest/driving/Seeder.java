package io.orderflow.examples.loadtest.driving;

import io.orderflow.AdjustmentResult;
import io.orderflow.Inventory;
import io.orderflow.Product;
import io.orderflow.StockAdjustment;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.loadtest.counting.Records;
import io.orderflow.examples.loadtest.orders.LoadData;
import io.orderflow.examples.loadtest.orders.OrderPlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Brings the products and buyers of a load test to what it needs, on an empty database or on one that other load tests
 * have used. Only what is missing is added, each adjustment under a reference of its own, so that the audit can account
 * for all of it.
 */
public final class Seeder {
    private static final int PIECE = 10_000;
    private static final long SPARE_STOCK = 1_000_000_000_000L;
    private static final long SPARE_MONEY = 1_000_000_000L;
    /** Of a buyer who can pay for nothing. */
    private static final long TOO_LITTLE = LoadData.LOWEST_PRICE - 1;

    private final OrderPlan plan;
    private final long orders;
    private final String run;
    private final Inventory inventory;
    private final Wallets wallets;
    private final Records records;
    private final Interruption interruption;

    /**
     * Fills nothing yet.
     *
     * @param orders all that are submitted
     * @param run a name that no other run on this database has
     */
    public Seeder(
            OrderPlan plan,
            long orders,
            String run,
            Inventory inventory,
            Wallets wallets,
            Records records,
            Interruption interruption) {
        this.interruption = interruption;
        this.plan = plan;
        this.orders = orders;
        this.run = run;
        this.inventory = inventory;
        this.wallets = wallets;
        this.records = records;
    }

    /**
     * Makes sure that every product is defined with more than enough stock and that every buyer can pay for everything,
     * but for the poor ones, who can pay for nothing.
     *
     * @throws ProgramException if an adjustment is refused
     */
    public void prepare() throws SQLException {
        long need = plan.plentyOfStock(orders);
        eachProduct((product, found) -> {
            if (found == null) {
                return StockAdjustment.define(
                        product, LoadData.price(product), need + SPARE_STOCK, reference("define", product));
            }
            return found.available() >= need
                    ? null
                    : StockAdjustment.restock(product, need + SPARE_STOCK, reference("restock", product));
        });
        for (long from = 0; from < plan.buyers(); from += PIECE) {
            openWallets(LoadData.FIRST_BUYER + from, LoadData.FIRST_BUYER + Math.min(plan.buyers(), from + PIECE));
        }
        for (long from = 0; from < plan.poorBuyers(); from += PIECE) {
            openPoorWallets(
                    LoadData.FIRST_POOR_BUYER + from,
                    LoadData.FIRST_POOR_BUYER + Math.min(plan.poorBuyers(), from + PIECE));
        }
    }

    /**
     * Sets the stock of every product to exactly this many pieces.
     *
     * @throws ProgramException if an adjustment is refused
     */
    public void setStock(long pieces) {
        eachProduct((product, found) -> {
            if (found == null) {
                throw new ProgramException("product " + product + " is gone, although it was just defined");
            }
            return found.available() == pieces
                    ? null
                    : StockAdjustment.correct(product, pieces - found.available(), reference("set", product));
        });
    }

    /** What a product lacks. */
    private interface Lack {
        /** The adjustment that is needed, or null; {@code found} is null where there is no such product. */
        StockAdjustment of(long product, Product found);
    }

    private void eachProduct(Lack lack) {
        for (long from = 0; from < plan.usedProducts(); from += PIECE) {
            interruption.check();
            long until = Math.min(plan.usedProducts(), from + PIECE);
            List<Long> ids = LongStream.range(LoadData.FIRST_PRODUCT + from, LoadData.FIRST_PRODUCT + until)
                    .boxed()
                    .toList();
            Map<Long, Product> found = new HashMap<>();
            inventory.findAll(ids).forEach(product -> found.put(product.id(), product));
            List<StockAdjustment> adjustments = new ArrayList<>();
            for (long product : ids) {
                StockAdjustment adjustment = lack.of(product, found.get(product));
                if (adjustment != null) {
                    adjustments.add(adjustment);
                }
            }
            requireApplied(inventory.applyAll(adjustments));
        }
    }

    private void openWallets(long from, long until) throws SQLException {
        interruption.check();
        Map<Long, Long> balances = records.balances(from, until);
        long need = plan.plentyOfMoney(orders);
        List<WalletAdjustment> adjustments = new ArrayList<>();
        for (long buyer = from; buyer < until; buyer++) {
            Long balance = balances.get(buyer);
            if (balance == null) {
                adjustments.add(WalletAdjustment.open(buyer, need + SPARE_MONEY, reference("open", buyer)));
            } else if (balance < need) {
                adjustments.add(WalletAdjustment.deposit(buyer, need + SPARE_MONEY, reference("deposit", buyer)));
            }
        }
        requireApplied(wallets.applyAll(adjustments));
    }

    private void openPoorWallets(long from, long until) throws SQLException {
        interruption.check();
        Map<Long, Long> balances = records.balances(from, until);
        List<WalletAdjustment> adjustments = LongStream.range(from, until)
                .filter(buyer -> !balances.containsKey(buyer))
                .mapToObj(buyer -> WalletAdjustment.open(buyer, TOO_LITTLE, reference("open", buyer)))
                .toList();
        requireApplied(wallets.applyAll(adjustments));
    }

    private String reference(String what, long id) {
        return run + "-" + what + "-" + id;
    }

    private static void requireApplied(List<AdjustmentResult> results) {
        for (AdjustmentResult result : results) {
            if (!(result instanceof AdjustmentResult.Applied)) {
                throw new ProgramException("the shop could not be filled: " + result
                        + "; is another load test running on this database? Run it again when that has ended");
            }
        }
    }
}
