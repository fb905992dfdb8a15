package io.orderflow.samples;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** An order as part of the host's own transaction, for docs/own-transaction.md. */
final class OutboxSample {
    private OutboxSample() {}

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
}
