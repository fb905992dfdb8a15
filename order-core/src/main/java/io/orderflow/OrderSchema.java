package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.schema.SchemaScript;
import io.orderflow.internal.schema.ServerCheck;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * The library's tables. Thread-safe. A host that manages its schema with a migration tool takes the resource
 * {@code io/orderflow/schema/V1__orderflow.sql} (or {@link #ddl}) as it is and never calls {@link #createOrUpgrade}.
 */
public final class OrderSchema {
    private final DataSource dataSource;
    private final Tables tables;

    private OrderSchema(DataSource dataSource, Tables tables) {
        this.dataSource = dataSource;
        this.tables = tables;
    }

    /** The tables with the default prefix {@code orderflow_}. */
    public static OrderSchema of(DataSource dataSource) {
        return of(dataSource, OrderProcessor.DEFAULT_TABLE_PREFIX);
    }

    /**
     * The tables with a prefix of the host's.
     *
     * @throws IllegalArgumentException if the prefix does not match {@code [a-z][a-z0-9_]{0,30}}
     */
    public static OrderSchema of(DataSource dataSource, String tablePrefix) {
        return new OrderSchema(requireNonNull(dataSource, "dataSource"), new Tables(tablePrefix));
    }

    /** The SQL that makes the tables under this prefix: comments, and statements ended by semicolons. No I/O on the database. */
    public String ddl() {
        return SchemaScript.text(tables);
    }

    /**
     * Creates what is missing and then {@linkplain #check checks}. Idempotent; several hosts may call it at the same time. The
     * connection needs the right to create tables.
     *
     * @throws SchemaException if the server or the tables can not be used as they are
     * @throws StoreUnavailableException if the database can not be reached
     */
    public void createOrUpgrade() {
        try (Connection connection = HostConnections.take(dataSource)) {
            ServerCheck.verifyServer(connection, Dialect.of(connection), tables);
            try (Statement statement = connection.createStatement()) {
                for (String ddl : SchemaScript.statements(tables)) {
                    statement.execute(ddl);
                }
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            verify(connection);
        } catch (SQLException e) {
            throw new StoreUnavailableException(
                    "the tables " + tables.prefix() + "* could not be created: " + SqlFailure.reason(e), e);
        }
    }

    /**
     * Verifies the server's settings and the version of the tables.
     *
     * @throws SchemaException if one is not as it must be; the message says what to change
     * @throws StoreUnavailableException if the database can not be reached
     */
    public void check() {
        try (Connection connection = HostConnections.take(dataSource)) {
            verify(connection);
        } catch (SQLException e) {
            throw new StoreUnavailableException(
                    "the tables " + tables.prefix() + "* could not be checked: " + SqlFailure.reason(e), e);
        }
    }

    private void verify(Connection connection) throws SQLException {
        ServerCheck.verify(connection, Dialect.of(connection), tables);
    }
}
