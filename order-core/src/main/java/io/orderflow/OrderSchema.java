package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.cluster.ReplicationProbe;
import io.orderflow.internal.schema.SchemaScript;
import io.orderflow.internal.schema.ServerCheck;
import io.orderflow.internal.schema.TableMaker;
import io.orderflow.internal.schema.TableUpgrade;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/**
 * The library's tables. Thread-safe. A host that manages its schema with a migration tool takes the resources in
 * {@code io/orderflow/schema/mysql} for MariaDB and MySQL, or those in {@code io/orderflow/schema/h2}, and never calls
 * {@link #createOrUpgrade}.
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

    /**
     * The SQL that makes the tables under this prefix where there are none: comments, and statements ended by
     * semicolons. No I/O on the database.
     */
    public String ddl() {
        return SchemaScript.text(tables);
    }

    /**
     * Looks whether the tables are there, creates them if one is missing, and then {@linkplain #check checks}. Tables
     * of an older release are left as they are. Idempotent; several hosts may call it at the same time. The right to
     * create tables is needed only if one is missing.
     *
     * @throws SchemaException if the server or the tables cannot be used as they are, another release made the tables,
     *     or this user may not create them; the message says what to do, and nothing was changed
     * @throws StoreUnavailableException if the database cannot be reached
     */
    public void create() {
        with(failed("created"), connection -> {
            TableMaker.makeWhatIsMissing(connection, Dialect.of(connection), tables);
            ServerCheck.verify(connection, Dialect.of(connection), tables);
        });
    }

    /**
     * Looks whether the tables are there, creates them if one is missing, brings those of an older release to the
     * present version, and then {@linkplain #check checks}. Idempotent; several hosts may call it at the same time: one
     * upgrades, the others wait for it. The rights to create and alter tables are needed only if there is something to
     * do.
     *
     * <p>An upgrade takes as long as the tables are large: it reads and writes all orders, and holds this thread and
     * one connection meanwhile. What was interrupted goes on at the next call. No process of the older release should
     * run; one that does can take and decide nothing any more, and is told that the version is another one. On H2 only
     * callers in the same process wait for each other.
     *
     * @throws SchemaException if the server or the tables cannot be used as they are, a newer release made the tables,
     *     something in those of an older release could not be kept, or this user may not create or alter them; the
     *     message says what to do, and nothing was changed
     * @throws StoreUnavailableException if the database cannot be reached, or a transaction uses a table that is to be
     *     altered for more than a minute
     */
    public void createOrUpgrade() {
        with(failed("created"), connection -> {
            TableUpgrade.upgradeIfOlder(connection, Dialect.of(connection), tables);
            TableMaker.makeWhatIsMissing(connection, Dialect.of(connection), tables);
            ServerCheck.verify(connection, Dialect.of(connection), tables);
        });
    }

    /**
     * Verifies the server's, the session's and the driver's settings, the version of the tables, their columns, keys
     * and engines, and that this user may SELECT, INSERT, UPDATE and DELETE where the library does. Changes nothing.
     *
     * @throws SchemaException if one is not as it must be; the message says what to change
     * @throws StoreUnavailableException if the database cannot be reached
     */
    public void check() {
        with(failed("checked"), connection -> ServerCheck.verify(connection, Dialect.of(connection), tables));
    }

    /**
     * Verifies what {@link #check} does but for the rights to write: enough for a user who reads orders, wallets and
     * stock, and audits.
     *
     * @throws SchemaException if something is not as it must be, or this user may not SELECT; the message says what to
     *     change
     * @throws StoreUnavailableException if the database cannot be reached
     */
    public void checkForReading() {
        with(failed("checked"), connection -> ServerCheck.verifyForReading(connection, Dialect.of(connection), tables));
    }

    /**
     * Verifies what {@link #check} does, and the rights that {@link OrderProcessor#archive} needs beside: to DELETE
     * orders and what belongs to them.
     *
     * @throws SchemaException if something is not as it must be; the message says what to change
     * @throws StoreUnavailableException if the database cannot be reached
     */
    public void checkForArchiving() {
        with(failed("checked"), connection -> {
            ServerCheck.verify(connection, Dialect.of(connection), tables);
            ServerCheck.verifyRightsToArchive(connection, Dialect.of(connection), tables);
        });
    }

    /**
     * Asks how far the server replicates a commit, and so what a fail-over may lose. Needs no tables. Where the user
     * may not see it, the degree is {@link DatabaseReplication.Degree#UNKNOWN} and the detail names the right.
     *
     * @throws StoreUnavailableException if the database cannot be reached
     */
    public DatabaseReplication replication() {
        AtomicReference<DatabaseReplication> answer = new AtomicReference<>();
        with("how far the database replicates could not be asked", connection -> {
            answer.set(ReplicationProbe.ask(connection, Dialect.of(connection), Clock.systemUTC()));
        });
        return answer.get();
    }

    /** Something done on a connection. */
    @FunctionalInterface
    private interface SchemaWork {
        void on(Connection connection) throws SQLException;
    }

    private String failed(String done) {
        return "the tables " + tables.prefix() + "* could not be " + done;
    }

    private void with(String failure, SchemaWork work) {
        try (Connection connection = HostConnections.take(dataSource)) {
            try {
                work.on(connection);
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw new StoreUnavailableException(failure + ": " + SqlFailure.reason(e), e);
        }
    }
}
