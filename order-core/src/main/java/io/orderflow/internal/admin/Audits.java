package io.orderflow.internal.admin;

import io.orderflow.AuditReport;
import io.orderflow.internal.sql.Tables;
import java.util.function.Consumer;

/** Runs audits, each on a thread and a connection of its own. Thread-safe. */
public final class Audits {
    private final Store store;
    private final Apart apart;
    private final Tables tables;

    /** Audits these tables. */
    public Audits(Store store, Apart apart, Tables tables) {
        this.store = store;
        this.apart = apart;
        this.tables = tables;
    }

    /**
     * Runs one.
     *
     * @param differences told each difference in words
     * @throws io.orderflow.StoreUnavailableException if the database cannot be reached or does not answer
     */
    public AuditReport run(Consumer<String> differences) {
        return store.apart(
                "the audit's records", apart, connection -> new Audit(connection, tables, differences).run());
    }
}
