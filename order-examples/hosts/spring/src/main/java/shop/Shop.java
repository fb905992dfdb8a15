package shop;

import io.orderflow.OrderProcessor;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A shop that takes its orders with the library. */
@SpringBootApplication
public class Shop {
    public static void main(String[] args) {
        SpringApplication.run(Shop.class, args);
    }

    /** Something to buy and somebody to buy it. Each reference counts once, so a second start changes nothing. */
    @Bean
    ApplicationRunner openingStock(OrderProcessor orders) {
        return arguments -> {
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
        };
    }
}
