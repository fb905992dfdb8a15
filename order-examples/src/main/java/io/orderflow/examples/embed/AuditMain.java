package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.AuditReport;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** Recomputes every wallet and product from the records, and names what somebody changed behind the library's back. */
public final class AuditMain {
    private AuditMain() {}

    public static void main(String[] args) throws SQLException, InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            orders.submit(request);
            Order order = orders.await(request.id(), Duration.ofSeconds(30)).orElseThrow();
            System.out.println(order.status());

            AuditReport report = orders.audit();
            System.out.println(report.orders() + " order, ok: " + report.ok());
            steal(pool);
            report = orders.audit(System.out::println); // each difference in words, as it is found
            System.out.println(report.differences() + " difference, ok: " + report.ok());
        }
    }

    /** What the audit is for: money that came from nowhere. */
    private static void steal(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE orderflow_wallet SET balance = balance + 1000 WHERE buyer = 7");
        }
    }
}
