package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.engine.HoldReturns.Return;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * Expires by locking reads. Goes around orders and wallets that others hold: a later transaction finds these. Used
 * once, by one thread.
 */
final class LockingExpiry extends ExpiryTransaction {
    private final LockingReads around;
    private final boolean aroundStock;
    private final HoldReturns returns;

    /**
     * Prepares the transaction.
     *
     * @param expiries 1 to 500 of distinct orders
     * @param aroundStock whether to go around products that others hold too; they are locked for longer then
     * @param full products that are known to have no room for more pieces
     */
    LockingExpiry(Tables tables, Session session, List<HoldEnd> expiries, boolean aroundStock, Set<Long> full) {
        super(tables, session, expiries);
        this.around = LockingReads.around(tables, session);
        this.aroundStock = aroundStock;
        this.returns = new HoldReturns(tables, session, full);
    }

    /** Whether a product of its orders has a limit for each buyer. */
    boolean isLimited() {
        return returns.areLimited();
    }

    @Override
    Map<UUID, StatusRow> lockRows(List<UUID> ids) throws SQLException {
        return around.lockStatuses(ids);
    }

    @Override
    void prepare() throws SQLException {
        returns.prepare(around, rows(), aroundStock ? around : reads, aroundStock);
    }

    @Override
    LongFunction<Fate> transition(HoldEnd change, StatusRow row) {
        UUID order = change.orderId();
        if (row.status() != Codes.RESERVED || !returns.hasWallet(row) || aroundStock && !returns.hasStock(order)) {
            return batch -> Fate.LEFT;
        }
        Optional<Return> given = returns.giveBack(order, row);
        if (given.isEmpty()) {
            return batch -> Fate.TOO_MUCH;
        }
        apply(change, row, given.get());
        return batch -> Fate.EXPIRED;
    }

    @Override
    void writeBefore(List<Applied<HoldEnd>> applied) throws SQLException {
        insertPieces(applied);
        returns.write(applied.stream().map(done -> done.change().orderId()).toList(), Codes.EXPIRED);
    }
}
