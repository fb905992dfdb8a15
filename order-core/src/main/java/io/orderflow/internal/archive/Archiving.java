package io.orderflow.internal.archive;

import io.orderflow.ArchiveSink;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.archive.OldOrders.Old;
import io.orderflow.internal.engine.ArchiveTransaction;
import io.orderflow.internal.engine.ForgetTransaction;
import io.orderflow.internal.engine.OldOrder;
import io.orderflow.internal.sql.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;

/** Has orders kept first and deleted then, each piece in one transaction. */
final class Archiving implements Removal {
    private static final String WHAT = "archived orders";

    private final ArchiveSink sink;
    private final Tables tables;
    private final Transactions transactions;

    Archiving(ArchiveSink sink, Tables tables, Transactions transactions) {
        this.sink = sink;
        this.tables = tables;
        this.transactions = transactions;
    }

    @Override
    public int orders(List<Old> old) {
        try {
            sink.write(old.stream().map(Old::kept).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("orders could not be archived and stay in the tables", e);
        }
        List<OldOrder> rows = old.stream().map(Old::row).toList();
        return transactions
                .run(WHAT, rows, (session, piece) -> new ArchiveTransaction(tables, session, piece).run())
                .size();
    }

    @Override
    public void batches(List<Long> batches) {
        transactions.run(WHAT, batches, (session, piece) -> {
            new ForgetTransaction(tables, session).batches(piece);
            return piece;
        });
    }

    @Override
    public boolean keys(long batch, List<UUID> keys) {
        return transactions
                .run(
                        WHAT,
                        List.of(batch),
                        (session, piece) -> List.of(new ForgetTransaction(tables, session).keys(batch, keys)))
                .get(0);
    }
}
