package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.AdjustmentResult;
import io.orderflow.Inventory;
import io.orderflow.OrderProcessor;
import io.orderflow.StockAdjustment;
import java.util.List;

/** Stock and prices. Each change has a reference, the number of a delivery note for example, and is done once. */
public final class StockMain {
    private StockMain() {}

    public static void main(String[] args) {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build()) {
            Inventory inventory = orders.inventory();
            show(inventory.define(1, 250, 10, "product-1")); // 2.50 a piece, 10 pieces
            show(inventory.restock(1, 20, "delivery-4711"));
            show(inventory.restock(1, 20, "delivery-4711")); // read twice from the same note
            show(inventory.correct(1, -1, "broken-12"));
            show(inventory.correct(1, -100, "broken-13"));
            show(inventory.setPrice(1, 225, "sale-may"));
            inventory
                    .applyAll(List.of(
                            StockAdjustment.define(2, 999, 5, "product-2"),
                            StockAdjustment.restock(3, 1, "delivery-4712")))
                    .forEach(StockMain::show);
            System.out.println(inventory.findAll(List.of(1L, 2L, 3L)));
        }
    }

    private static void show(AdjustmentResult result) {
        if (result instanceof AdjustmentResult.Applied applied) {
            System.out.println(result.reference() + ": now " + applied.after());
        } else if (result instanceof AdjustmentResult.Refused refused) {
            System.out.println(result.reference() + ": " + refused.refusal());
        } else { // Duplicate: done before; Conflict: the reference stands for something else
            System.out.println(result.reference() + ": " + result.getClass().getSimpleName());
        }
    }
}
