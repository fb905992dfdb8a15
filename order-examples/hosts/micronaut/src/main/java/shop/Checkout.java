package shop;

import io.micronaut.transaction.TransactionOperations;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import jakarta.inject.Singleton;
import java.sql.Connection;

/** An order in a transaction of the shop's own. */
@Singleton
class Checkout {
    private final TransactionOperations<Connection> transactions;
    private final OrderProcessor orders;

    Checkout(TransactionOperations<Connection> transactions, OrderProcessor orders) {
        this.transactions = transactions;
        this.orders = orders;
    }

    // sample: begin
    PlaceResult checkOut(OrderRequest request) {
        PlaceResult placed = transactions.executeWrite(status -> orders.place(status.getConnection(), request));
        orders.afterCommit();
        return placed;
    }
    // sample: end
}
