package shop;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.time.Duration;
import java.util.UUID;

/** Submits one order, places another, and prints what became of them. */
@QuarkusMain
public class Main implements QuarkusApplication {
    private final OrderProcessor orders;
    private final Checkout checkout;

    Main(OrderProcessor orders, Checkout checkout) {
        this.orders = orders;
        this.checkout = checkout;
    }

    @Override
    public int run(String... args) throws Exception {
        orders.inventory().define(1, 250, 10, "product-1");
        orders.wallets().open(7, 5_000, "wallet-7");
        print(orders.submit(OrderRequest.of(7).line(1, 2).build()).orderId());
        print(checkout.checkOut(OrderRequest.of(7).line(1, 2).build()).orderId());
        return 0;
    }

    private void print(UUID id) throws InterruptedException {
        Order order = orders.await(id, Duration.ofMinutes(1)).orElseThrow();
        System.out.println(order.status() + ", total " + order.total());
    }
}
