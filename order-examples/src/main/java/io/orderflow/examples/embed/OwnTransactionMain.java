package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import io.orderflow.WorkerConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** An order in a transaction of the host's own: it exists exactly when the cart is closed. */
public final class OwnTransactionMain {
    private OwnTransactionMain() {}

    static PlaceResult checkOut(DataSource dataSource, OrderProcessor orders, long cart, OrderRequest request)
            throws SQLException {
        // sample: begin
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement closeCart = connection.prepareStatement("UPDATE cart SET closed = 1 WHERE id = ?")) {
                closeCart.setLong(1, cart);
                closeCart.executeUpdate();
                PlaceResult placed = orders.place(connection, request); // Placed, Duplicate or Conflict
                connection.commit(); // from here on the order exists
                orders.afterCommit(); // optional: have it decided at once
                return placed;
            } catch (SQLException e) {
                connection.rollback(); // and the order never existed
                throw e;
            }
        }
        // sample: end
    }

    public static void main(String[] args) throws SQLException, InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            openCart(pool);

            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            PlaceResult placed = checkOut(pool, orders, 77, request);
            System.out.println(placed.getClass().getSimpleName() + ", then "
                    + orders.await(placed.orderId(), Duration.ofSeconds(30))
                            .orElseThrow()
                            .status());
            System.out.println(checkOut(pool, orders, 77, request).getClass().getSimpleName());
        }
    }

    private static void openCart(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE cart (id BIGINT PRIMARY KEY, closed INT NOT NULL)");
            statement.execute("INSERT INTO cart VALUES (77, 0)");
        }
    }
}
