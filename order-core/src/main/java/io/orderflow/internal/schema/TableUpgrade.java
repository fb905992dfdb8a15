package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables of an older version to the present one, by the statements of the script that a migration tool may
 * run instead. Used by one thread.
 *
 * <p>U1. Nothing is changed before it is known that everything can be kept.
 *
 * <p>U2. One process upgrades at a time; another one waits for it and finds nothing to do.
 *
 * <p>U3. DDL commits by itself on MariaDB and MySQL. So each statement finds out whether it was done, and after a kill
 * all of them are run again.
 *
 * <p>U4. From the first change that an older release could not live with to the end, the tables have a version that no
 * release works with.
 */
public final class TableUpgrade {
    private static final Logger log = LoggerFactory.getLogger(TableUpgrade.class);

    /** Batches whose rows are written in one transaction; a batch has 500 orders at most. */
    private static final int BATCHES = 100;

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final Connection connection;
    private final Dialect dialect;
    private final Tables tables;

    private TableUpgrade(Connection connection, Dialect dialect, Tables tables) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
    }

    /**
     * Upgrades the tables if they are there and older. Takes as long as they are large.
     *
     * @throws SchemaException if the server cannot be used, something would be lost, or the user may not alter tables
     * @throws SQLException if the server does not answer, or others use a table for too long
     */
    public static void upgradeIfOlder(Connection connection, Dialect dialect, Tables tables) throws SQLException {
        TableUpgrade upgrade = new TableUpgrade(connection, dialect, tables);
        if (upgrade.olderVersion().isEmpty()) {
            return;
        }
        ServerCheck.verifyServer(connection, dialect, tables);
        try (UpgradeTurn turn = UpgradeTurn.on(connection, dialect, tables)) {
            turn.take();
            upgrade.upgrade();
        } catch (SQLException e) {
            if (!ServerCheck.isRefusal(e)) {
                throw e;
            }
            throw new SchemaException("the tables " + tables.prefix() + "* cannot be upgraded by this user ("
                    + SqlFailure.reason(e) + "); have V2__orderflow.sql run by a user who may make and alter tables,"
                    + " or OrderSchema.createOrUpgrade() be called for it");
        }
    }

    private OptionalInt olderVersion() throws SQLException {
        OptionalInt version = ServerCheck.version(connection, dialect, tables);
        return version.isPresent() && version.getAsInt() < SchemaScript.VERSION ? version : OptionalInt.empty();
    }

    private void upgrade() throws SQLException {
        OptionalInt version = olderVersion();
        if (version.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        log.info("the tables {}* are brought to schema version {}", tables.prefix(), SchemaScript.VERSION);
        if (version.getAsInt() != SchemaScript.UPGRADING) {
            LossCheck.refuseLoss(connection, tables);
        }
        SchemaScript.Upgrade script = SchemaScript.upgrade(dialect, tables);
        boolean complete = !hasTotals();
        run(script.before());
        if (!complete) {
            runInPieces(script.pieces());
        }
        run(script.after());
        log.info(
                "the tables {}* have schema version {}, after {} s",
                tables.prefix(),
                SchemaScript.VERSION,
                since(start).toSeconds());
    }

    /** The last thing that goes: without it there is no index for the pieces, and nothing left for them to do. */
    private boolean hasTotals() throws SQLException {
        try {
            number("SELECT COUNT(total) FROM " + tables.orders() + " WHERE 1 = 0");
            return true;
        } catch (SQLException e) {
            if (!ServerCheck.isRefusal(e)) {
                throw e;
            }
            return false;
        }
    }

    private void runInPieces(List<String> statements) throws SQLException {
        long last = number("SELECT COALESCE(MAX(id), 0) FROM " + tables.batch());
        long first = 1;
        long told = System.nanoTime();
        while (first <= last) {
            long end = number("SELECT MAX(id) FROM (SELECT id FROM " + tables.batch() + " WHERE id >= " + first
                    + " ORDER BY id LIMIT " + BATCHES + ") piece");
            run(List.of("SET @first = " + first, "SET @last = " + end));
            run(statements);
            if (since(told).compareTo(BETWEEN_LINES) > 0) {
                log.info("batch {} of {} knows its orders", end, last);
                told = System.nanoTime();
            }
            first = end + 1;
        }
    }

    private void run(List<String> statements) throws SQLException {
        for (String sql : statements) {
            tell(sql);
            Session.inTurn(connection, () -> execute(sql));
        }
    }

    /** What alters a table may take minutes. */
    private void tell(String sql) throws SQLException {
        boolean prepared = sql.startsWith("EXECUTE");
        String ddl = prepared
                ? QueryRows.list(connection, "SELECT @ddl", row -> row.getString(1))
                        .get(0)
                : sql;
        if (ddl.startsWith("ALTER")) {
            log.info("{}", ddl.replaceAll("\\s+", " "));
        }
    }

    private boolean execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private long number(String query) throws SQLException {
        return QueryRows.list(connection, query, row -> row.getLong(1)).get(0);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
