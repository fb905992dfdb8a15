package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.WorkerConfig;
import java.time.Duration;

/** A shop whose buyers pay by invoice: an order takes stock and has a total, and nobody has a wallet. */
public final class InvoiceMain {
    private InvoiceMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 3, "product-1"); // 2.50 a piece, 3 pieces
            decide(orders, "cart-77");
            decide(orders, "cart-78");

            // Who pays belongs to the content that the key stands for.
            OrderRequest byWallet = invoiced("cart-77").payment(Payment.WALLET).build();
            System.out.println("cart-77 by wallet: " + orders.submit(byWallet).outcome());
        }
    }

    private static OrderRequest.Builder invoiced(String cart) {
        // sample: begin
        return OrderRequest.of(7).line(1, 2).payment(Payment.EXTERNAL).idempotencyKey(cart);
        // sample: end
    }

    private static void decide(OrderProcessor orders, String cart) throws InterruptedException {
        OrderRequest request = invoiced(cart).build();
        orders.submit(request);
        Order order = orders.await(request.id(), Duration.ofSeconds(30)).orElseThrow();
        System.out.println(cart + ": " + order.rejectReason().map(Enum::name).orElse("invoice of " + order.total()));
    }
}
