package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.WorkerConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** A part of an order is given back together with a credit note of the host's own, and then the rest of it. */
public final class RefundMain {
    private RefundMain() {}

    private static RefundResult giveBack(DataSource dataSource, OrderProcessor orders, RefundRequest refund)
            throws SQLException {
        // sample: begin
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            try (PreparedStatement note = connection.prepareStatement("INSERT INTO credit_note VALUES (?)")) {
                note.setString(1, refund.reference());
                note.executeUpdate();
                RefundResult result = orders.changes().refund(connection, refund); // last: it locks wallet and stock
                if (result instanceof RefundResult.Refunded) {
                    connection.commit(); // from here on both are there
                } else {
                    connection.rollback(); // done before, or refused: no second note
                }
                return result;
            } catch (SQLException e) {
                connection.rollback();
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
            OrderRequest request = OrderRequest.of(7).line(1, 3).build();
            orders.submit(request);
            orders.await(request.id(), Duration.ofSeconds(30));
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE credit_note (reference VARCHAR(255) PRIMARY KEY)");
            }
            RefundRequest piece = RefundRequest.of(request.id(), "return-1", new RefundLine(0, 1));
            RefundRequest rest = RefundRequest.rest(request.id(), "return-2");
            System.out.println("one piece: " + giveBack(pool, orders, piece).outcome());
            System.out.println("again: " + orders.changes().refund(piece).outcome());
            RefundResult last = orders.changes().refundAsync(rest).join();
            System.out.println("the rest: " + last.outcome());
            Order order = orders.find(request.id()).orElseThrow();
            System.out.println(order.status() + ", " + order.refunded() + " of " + order.total() + " given back");
        }
    }
}
