package io.orderflow.examples.embed;

// sample: begin
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import java.time.Duration;

public final class PlaceOrderMain {
    // or jdbc:mysql://HOST:3306/DATABASE, with user and password
    private static final String URL =
            "jdbc:h2:async:./shop;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0";

    public static void main(String[] args) throws InterruptedException {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(args.length > 0 ? args[0] : URL);
        settings.setUsername("sa");
        settings.setConnectionTimeout(1_000);
        try (HikariDataSource pool = new HikariDataSource(settings);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1"); // product 1: 2.50 a piece, 10 pieces
            orders.wallets().open(7, 5_000, "wallet-7"); // buyer 7: 50.00
            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            SubmitResult result = orders.submit(request); // stored: the answer for the buyer
            Order order = orders.await(result.orderId(), Duration.ofSeconds(5)).orElseThrow();
            System.out.println(result.outcome() + ", then " + order.status() + ", total " + order.total());
        }
    }
}
// sample: end
