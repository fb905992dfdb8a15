package shop;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import java.time.Duration;

/** Submits one order and prints what became of it. Arguments: JDBC URL, user and password; without any H2 in memory. */
public final class Host {
    private static final String IN_MEMORY =
            "jdbc:h2:mem:shop;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";

    private Host() {}

    public static void main(String[] args) throws InterruptedException {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(args.length > 0 ? args[0] : IN_MEMORY);
        settings.setUsername(args.length > 1 ? args[1] : "sa");
        settings.setPassword(args.length > 2 ? args[2] : "");
        try (HikariDataSource pool = new HikariDataSource(settings);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            SubmitResult result = orders.submit(request);
            Order order = orders.await(result.orderId(), Duration.ofMinutes(1)).orElseThrow();
            System.out.println(result.outcome() + ", then " + order.status() + ", total " + order.total());
        }
    }
}
