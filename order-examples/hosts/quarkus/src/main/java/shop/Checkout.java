package shop;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import jakarta.inject.Singleton;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Status;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** An order in a transaction of the shop's own. */
@Singleton
public class Checkout {
    private final DataSource dataSource;
    private final TransactionSynchronizationRegistry transaction;
    private final OrderProcessor orders;

    Checkout(DataSource dataSource, TransactionSynchronizationRegistry transaction, OrderProcessor orders) {
        this.dataSource = dataSource;
        this.transaction = transaction;
        this.orders = orders;
    }

    // sample: begin
    @Transactional(rollbackOn = SQLException.class)
    PlaceResult checkOut(OrderRequest request) throws SQLException {
        transaction.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    orders.afterCommit();
                }
            }
        });
        try (Connection connection = dataSource.getConnection()) { // the transaction's, which ends it
            return orders.place(connection, request);
        }
    }
    // sample: end
}
