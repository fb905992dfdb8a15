package shop;

import io.micronaut.context.ApplicationContext;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import java.time.Duration;
import java.util.UUID;

/** Submits one order, places another, and prints what became of them. */
final class Main {
    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        try (ApplicationContext context = ApplicationContext.run()) {
            OrderProcessor orders = context.getBean(OrderProcessor.class);
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            print(orders, orders.submit(OrderRequest.of(7).line(1, 2).build()).orderId());
            print(orders, context.getBean(Checkout.class)
                    .checkOut(OrderRequest.of(7).line(1, 2).build())
                    .orderId());
        }
    }

    private static void print(OrderProcessor orders, UUID id) throws InterruptedException {
        Order order = orders.await(id, Duration.ofMinutes(1)).orElseThrow();
        System.out.println(order.status() + ", total " + order.total());
    }
}
