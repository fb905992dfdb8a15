package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.RefundRequest;
import io.orderflow.StockAdjustment;
import io.orderflow.WorkerConfig;
import java.time.Duration;
import java.util.List;

/** A flash sale: few pieces, many buyers, and two pieces for each of them, over all orders. */
public final class FlashSaleMain {
    private FlashSaleMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            open(orders);
            Order first = buy(orders, 7, 1, "cart-1");
            buy(orders, 7, 2, "cart-2"); // three in all
            buy(orders, 8, 2, "cart-3");
            // the first one comes back broken: the stock stays as it is, and its buyer may have another
            orders.changes().refund(RefundRequest.rest(first.id(), "return-1").withoutRestock());
            buy(orders, 7, 2, "cart-4");
            System.out.println(orders.inventory().find(1).orElseThrow());
        }
    }

    private static void open(OrderProcessor orders) {
        // sample: begin
        orders.inventory()
                .applyAll(List.of(
                        StockAdjustment.define(1, 19_900, 100, "console"), // 100 pieces at 199.00
                        StockAdjustment.setMaxPerBuyer(1, 2, "console-sale"))); // two for each buyer
        // sample: end
    }

    private static Order buy(OrderProcessor orders, long buyer, int pieces, String cart) throws InterruptedException {
        OrderRequest request = OrderRequest.of(buyer)
                .line(1, pieces)
                .payment(Payment.EXTERNAL)
                .idempotencyKey(cart)
                .build();
        Order order = orders.await(orders.submit(request).orderId(), Duration.ofSeconds(5))
                .orElseThrow();
        System.out.println("buyer " + buyer + ", " + pieces + " pieces: " + order.status()
                + order.rejectReason().map(reason -> ", " + reason).orElse(""));
        return order;
    }
}
