package io.orderflow.spring;

import static java.util.Objects.requireNonNull;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Orders as a part of the caller's transaction of Spring's: with {@code @Transactional} on the caller they are there
 * when it commits, and not when it rolls back. After the commit the workers and feeds of this process look at once.
 *
 * <p>Works with each transaction manager that shows its JDBC connection to Spring: those for JDBC, JPA and Hibernate on
 * the same data source. Thread-safe.
 */
public final class TransactionalOrders {
    private final OrderProcessor orders;
    private final JdbcTemplate template;
    private final AfterCommit afterCommit;

    /** One of these for each processor: Spring keeps a synchronization once for a transaction. */
    private record AfterCommit(OrderProcessor orders) implements TransactionSynchronization {
        @Override
        public void afterCommit() {
            orders.afterCommit();
        }
    }

    /**
     * For a processor and the data source that its transactions are on; does no I/O.
     *
     * @param orders places the orders
     * @param dataSource what the transaction manager has, to the database of the processor
     */
    public TransactionalOrders(OrderProcessor orders, DataSource dataSource) {
        this.orders = requireNonNull(orders, "orders");
        this.template = new JdbcTemplate(requireNonNull(dataSource, "dataSource"));
        this.afterCommit = new AfterCommit(orders);
    }

    /**
     * Places an order in the caller's transaction, see {@link OrderProcessor#place}.
     *
     * @throws IllegalTransactionStateException if there is no transaction, or it is on another data source
     * @throws org.springframework.dao.DataAccessException what the connection said; the transaction should roll back
     */
    public PlaceResult place(OrderRequest request) {
        requireNonNull(request, "request");
        return call(connection -> orders.place(connection, request));
    }

    /**
     * Calls something with the connection of the caller's transaction: changes of orders, such as {@code connection ->
     * orders.changes().refund(connection, request)}, or {@link io.orderflow.OrderFeed#poll}.
     *
     * @param work must neither commit nor close the connection
     * @return what the work returned
     * @throws IllegalTransactionStateException if there is no transaction, or it is on another data source
     * @throws org.springframework.dao.DataAccessException what the connection said; the transaction should roll back
     */
    public <T> T call(ConnectionCallback<T> work) {
        requireNonNull(work, "work");
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalTransactionStateException("no transaction of Spring's is open on this thread: the caller"
                    + " must be @Transactional, and be called through its bean");
        }
        T result = template.execute((ConnectionCallback<T>) connection -> {
            if (connection.getAutoCommit()) {
                throw new IllegalTransactionStateException("the transaction of this thread is on another data source"
                        + " than the order processor, or its manager does not show its JDBC connection");
            }
            return work.doInConnection(connection);
        });
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(afterCommit);
        }
        return result;
    }
}
