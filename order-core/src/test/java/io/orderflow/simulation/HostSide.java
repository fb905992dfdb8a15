package io.orderflow.simulation;

import io.orderflow.internal.admin.Adjustments;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.admin.JdbcInventory;
import io.orderflow.internal.admin.JdbcWallets;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Tables;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * What a process has that neither submits nor decides, one of each: the host adjusts, changes, archives and reads with
 * it.
 */
record HostSide(Tables tables, VerifiedSessions sessions, Transactions transactions, Store store, OrderReader reader) {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    static HostSide of(DataSource dataSource, Tables tables) {
        VerifiedSessions sessions = new VerifiedSessions(dataSource, tables, false);
        return new HostSide(
                tables,
                sessions,
                new Transactions(sessions, new Apart(), TIMEOUT),
                new Store(dataSource),
                new OrderReader(tables));
    }

    JdbcInventory inventory() {
        return new JdbcInventory(tables, store, new Adjustments(tables, transactions));
    }

    JdbcWallets wallets() {
        return new JdbcWallets(tables, store, new Adjustments(tables, transactions));
    }
}
