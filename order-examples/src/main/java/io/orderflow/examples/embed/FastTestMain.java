package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import java.time.Duration;

/**
 * A shop's own code, tested against the library itself. With H2 and the queue in memory a shop takes milliseconds to
 * make, so each test has its own. Nothing is mocked and no test sleeps. The kit of the test jar does more:
 * {@code CheckoutTest} among the tests beside this.
 */
public final class FastTestMain {
    /** The shop's own code. */
    private record Checkout(OrderProcessor orders) {
        String buy(String cart, int pieces) throws InterruptedException {
            OrderRequest request =
                    OrderRequest.of(7).line(1, pieces).idempotencyKey(cart).build();
            orders.submit(request);
            Order order = orders.await(request.id(), Duration.ofSeconds(30)).orElseThrow();
            return order.rejectReason()
                    .map(reason -> "sorry: " + reason)
                    .orElse("thank you, that was " + order.total());
        }
    }

    private FastTestMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (HikariDataSource pool = Database.open();
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 2_000, "wallet-7");
            Checkout checkout = new Checkout(orders);

            expect("thank you, that was 500", checkout.buy("cart-1", 2));
            expect("thank you, that was 500", checkout.buy("cart-1", 2)); // pressed twice, paid once
            expect("sorry: INSUFFICIENT_STOCK", checkout.buy("cart-2", 9));
            expect("sorry: INSUFFICIENT_FUNDS", checkout.buy("cart-3", 8));
            expect("8 pieces", orders.inventory().find(1).orElseThrow().available() + " pieces");
        }
        System.out.println("5 expectations hold");
    }

    private static void expect(String expected, String actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("expected " + expected + ", but was " + actual);
        }
    }
}
