package io.orderflow.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** With two pools whose connections have auto-commit off, so that this proves no transaction. */
@DisplayName("Orders in a transaction of Spring's")
class TransactionalOrdersTest {
    private final HikariDataSource pool = pool();
    private final HikariDataSource otherPool = pool();
    private final TransactionTemplate other = new TransactionTemplate(new JdbcTransactionManager(otherPool));
    private final OrderRequest request = OrderRequest.of(7).line(1, 1).build();
    private OrderProcessor orders;
    private TransactionalOrders placing;

    @BeforeEach
    void start() {
        orders = OrderProcessor.builder(pool).createTables(true).build().start();
        orders.inventory().define(1, 250, 10, "product-1"); // the tables are there
        placing = new TransactionalOrders(orders, pool);
    }

    @AfterEach
    void close() {
        orders.close();
        pool.close();
        otherPool.close();
    }

    @Test
    @DisplayName("are there after the commit of either manager for JDBC, also behind a proxy that joins transactions")
    void commits() {
        new TransactionTemplate(new JdbcTransactionManager(pool)).executeWithoutResult(own -> placing.place(request));
        assertPlaced(true);

        DataSource proxy = new TransactionAwareDataSourceProxy(pool);
        OrderRequest another = OrderRequest.of(7).line(1, 1).build();
        new TransactionTemplate(new DataSourceTransactionManager(proxy))
                .executeWithoutResult(own -> new TransactionalOrders(orders, proxy).place(another));
        assertEquals(true, orders.find(another.id()).isPresent());
    }

    @Test
    @DisplayName("are refused in a transaction on another pool")
    void otherPool() {
        assertRefused(placing::place);
        assertPlaced(false);
    }

    @Test
    @DisplayName("are refused in a transaction on another pool that has read from this one before")
    void otherPoolAfterRead() {
        assertRefused(order -> {
            new JdbcTemplate(pool).queryForObject("SELECT 1", Integer.class);
            assertNotNull(TransactionSynchronizationManager.getResource(pool));
            placing.place(order);
        });
        assertPlaced(false);
    }

    @Test
    @DisplayName("take a connection that is bound as managers for JPA do, unless it has auto-commit on")
    void boundAsByJpa() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            TransactionSynchronizationManager.bindResource(pool, new ConnectionHolder(connection));
            try {
                connection.setAutoCommit(true);
                assertRefused(placing::place);
                connection.setAutoCommit(false);
                other.executeWithoutResult(foreign -> placing.place(request));
            } finally {
                TransactionSynchronizationManager.unbindResource(pool);
            }
            assertPlaced(false);
            connection.commit();
        }
        assertPlaced(true);
    }

    @Test
    @DisplayName("are refused when their transaction has completed")
    void afterCompletion() {
        IllegalTransactionStateException[] refused = new IllegalTransactionStateException[1];
        new TransactionTemplate(new JdbcTransactionManager(pool)).executeWithoutResult(own -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCompletion(int status) {
                    refused[0] = assertThrows(IllegalTransactionStateException.class, () -> placing.place(request));
                }
            });
        });
        assertNotNull(refused[0]);
        assertPlaced(false);
    }

    private void assertRefused(Consumer<OrderRequest> placed) {
        other.executeWithoutResult(
                foreign -> assertThrows(IllegalTransactionStateException.class, () -> placed.accept(request)));
    }

    private void assertPlaced(boolean expected) {
        assertEquals(expected, orders.find(request.id()).isPresent());
    }

    private static HikariDataSource pool() {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID()
                + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;DB_CLOSE_DELAY=-1");
        settings.setUsername("sa");
        settings.setAutoCommit(false);
        settings.setMinimumIdle(1);
        settings.setConnectionTimeout(10_000);
        return new HikariDataSource(settings);
    }
}
