package io.orderflow.spring;

import static java.util.Objects.requireNonNull;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.PlaceResult;
import javax.sql.DataSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Orders as a part of the caller's transaction of Spring's: with {@code @Transactional} on the caller they are there
 * when it commits, and not when it rolls back. After the commit the workers and feeds of this process look at once.
 *
 * <p>The transaction must be on the data source of the processor, and its manager must show its connection to Spring:
 *
 * <ul>
 *   <li>The managers for JDBC do, and are tested: {@code JdbcTransactionManager} and
 *       {@code DataSourceTransactionManager}.
 *   <li>{@code JpaTransactionManager} does in another way. It was tried by hand with Hibernate; no test of the build
 *       has a JPA provider.
 *   <li>JTA does not. It is refused.
 * </ul>
 *
 * <p>{@code afterCompletion} of a synchronization is refused, and so is a {@code @TransactionalEventListener} after the
 * commit: they need a new transaction. {@code afterCommit} of a synchronization needs one as well, and cannot be
 * refused, since Spring still shows the old one. An order placed there without a new one may be lost.
 *
 * <p>Thread-safe.
 */
public final class TransactionalOrders {
    private final OrderProcessor orders;
    private final DataSource pool;
    private final JdbcTemplate template;
    private final DataSourceTransactionManager proof;
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
        this.pool = bare(requireNonNull(dataSource, "dataSource"));
        this.template = new JdbcTemplate(pool);
        this.proof = new DataSourceTransactionManager(pool);
        this.afterCommit = new AfterCommit(orders);
    }

    /** What managers bind connections to: they have the pool even when they are given this proxy. */
    private static DataSource bare(DataSource dataSource) {
        if (dataSource instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
            return proxy.getTargetDataSource();
        }
        return dataSource;
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
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.isSynchronizationActive()) {
            throw new IllegalTransactionStateException("no transaction of Spring's is open on this thread: the caller"
                    + " must be @Transactional, and be called through its bean");
        }
        if (!bindsPool()) {
            throw elsewhere();
        }
        T result = template.execute((ConnectionCallback<T>) connection -> {
            if (connection.getAutoCommit()) {
                throw elsewhere();
            }
            return work.doInConnection(connection);
        });
        TransactionSynchronizationManager.registerSynchronization(afterCommit);
        return result;
    }

    /**
     * Whether a manager has bound a connection of the pool to this thread for its transaction. In a transaction on
     * another pool a {@link JdbcTemplate} binds one too, whose changes nobody commits. It marks that as synchronized,
     * as managers for JDBC mark theirs, and managers for JPA do not. Auto-commit proves nothing, since a pool may be
     * set to give connections without it.
     */
    private boolean bindsPool() {
        if (!(TransactionSynchronizationManager.getResource(pool) instanceof ConnectionHolder holder)) {
            return false;
        }
        return !holder.isSynchronizedWithTransaction() || isOfJdbcManager();
    }

    /** Only a manager for JDBC is told whether another one like it has begun a transaction; it would join that. */
    private boolean isOfJdbcManager() {
        try {
            proof.getTransaction(new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_MANDATORY));
            return true;
        } catch (IllegalTransactionStateException e) {
            return false;
        }
    }

    private static IllegalTransactionStateException elsewhere() {
        return new IllegalTransactionStateException("the transaction of this thread is on another data source than the"
                + " order processor, or its manager does not show its JDBC connection");
    }
}
