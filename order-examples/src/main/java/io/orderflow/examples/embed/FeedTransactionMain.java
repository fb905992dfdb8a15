package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;

/** Reads what happens to orders in transactions of the host's own: a mail is noted exactly once for each event. */
public final class FeedTransactionMain {
    private FeedTransactionMain() {}

    static int noteMails(DataSource dataSource, OrderProcessor orders) throws SQLException {
        // sample: begin
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement note = connection.prepareStatement("INSERT INTO mail (position) VALUES (?)")) {
                int mails = 0;
                for (OrderEvent event : orders.feed("mail").poll(connection, 100)) {
                    note.setLong(1, event.position());
                    mails += note.executeUpdate();
                }
                connection.commit(); // the mails are noted and the events are read, both or none
                return mails;
            } catch (SQLException e) {
                connection.rollback(); // and the same events come again
                throw e;
            }
        }
        // sample: end
    }

    public static void main(String[] args) throws SQLException, InterruptedException {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE mail (position BIGINT PRIMARY KEY)");
            }
            orders.workers(WorkerConfig.defaults()).start();
            orders.inventory().define(1, 250, 10, "product-1");
            orders.wallets().open(7, 5_000, "wallet-7");
            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            UUID id = orders.submit(request).orderId();
            orders.await(id, Duration.ofSeconds(30));
            System.out.println(noteMails(pool, orders) + " mail");
            System.out.println(noteMails(pool, orders) + " mails");
        }
    }
}
