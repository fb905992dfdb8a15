package io.orderflow.internal.archive;

import static java.util.Objects.requireNonNull;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveProgress;
import io.orderflow.ArchiveSink;
import io.orderflow.ArchiveSummary;
import io.orderflow.OrderArchive;
import io.orderflow.SchemaException;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.schema.ServerCheck;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

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
        // before anything is written to the sink that could not be deleted then
        transactions
                .run("looks at the rights to archive", List.of(tables), (session, piece) -> List.of(refusal(session)))
                .get(0)
                .ifPresent(refusal -> {
                    throw refusal;
                });
        return new ArchiveRun(config, new Archiving(sink, tables, transactions), progress, reads()).run();
    }

    @Override
    public ArchiveSummary count(ArchiveConfig config, ArchiveProgress progress) {
        requireNonNull(config, "config");
        requireNonNull(progress, "progress");
        return new ArchiveRun(config, new Counting(), progress, reads()).run();
    }

    @Override
    public long estimate(ArchiveConfig config) {
        requireNonNull(config, "config");
        return reads().membersLeft(config.olderThan());
    }

    private Optional<SchemaException> refusal(Session session) throws SQLException {
        try {
            ServerCheck.verifyRightsToArchive(session.connection(), session.dialect(), tables);
            return Optional.empty();
        } catch (SchemaException e) {
            return Optional.of(e);
        } finally {
            session.connection().commit();
        }
    }

    private ArchiveReads reads() {
        return new ArchiveReads(tables, store, orders);
    }
}
