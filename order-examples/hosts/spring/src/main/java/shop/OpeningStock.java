package shop;

import io.orderflow.OrderProcessor;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** Something to buy and somebody to buy it. Each reference counts once, so a second start changes nothing. */
@Component
class OpeningStock implements ApplicationRunner {
    private final OrderProcessor orders;

    OpeningStock(OrderProcessor orders) {
        this.orders = orders;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        orders.inventory().define(1, 250, 10, "product-1");
        orders.wallets().open(7, 5_000, "wallet-7");
    }
}
