package io.orderflow.internal.archive;

import static java.util.Objects.requireNonNull;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveProgress;
import io.orderflow.ArchiveSink;
import io.orderflow.ArchiveSummary;
import io.orderflow.OrderArchive;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Tables;

/** Archives orders of the database. Thread-safe. */
public final class JdbcOrderArchive implements OrderArchive {
    private final Tables tables;
    private final Store store;
    private final Transactions transactions;
    private final OrderReader orders;

    /** Archives orders of the tables; starts nothing. */
    public JdbcOrderArchive(Tables tables, Store store, Transactions transactions, OrderReader orders) {
        this.tables = tables;
        this.store = store;
        this.transactions = transactions;
        this.orders = orders;
    }

    @Override
    public ArchiveSummary run(ArchiveConfig config, ArchiveSink sink, ArchiveProgress progress) {
        requireNonNull(config, "config");
        requireNonNull(sink, "sink");
        requireNonNull(progress, "progress");
        return new ArchiveRun(config, new Archiving(sink, tables, transactions), progress, reads()).run();
    }

    @Override
    public ArchiveSummary count(ArchiveConfig config) {
        requireNonNull(config, "config");
        return new ArchiveRun(config, new Counting(), soFar -> true, reads()).run();
    }

    private ArchiveReads reads() {
        return new ArchiveReads(tables, store, orders);
    }
}
