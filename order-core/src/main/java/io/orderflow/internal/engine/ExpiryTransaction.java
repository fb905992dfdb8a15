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
 * Gives back what reserved orders took that nobody confirmed in time. Goes around orders and wallets that others hold:
 * a later transaction finds these. Used once, by one thread.
 */
public final class ExpiryTransaction extends ChangeTransaction<HoldEnd, ExpiryTransaction.Fate> {
    private final LockingReads around;
    private final boolean aroundStock;
    private final HoldReturns returns;

    /** What became of one. */
    public enum Fate {
        /** It is expired now. */
        EXPIRED,
        /** It is not reserved any more, or somebody holds what it needs. */
        LEFT,
        /** Its wallet or a product would have too much. */
        TOO_MUCH
    }

    /**
     * Prepares the transaction.
     *
     * @param expiries 1 to 500 of distinct orders
     * @param aroundStock whether to go around products that others hold too; they are locked for longer then
     * @param full products that are known to have no room for more pieces
     */
    ExpiryTransaction(Tables tables, Session session, List<HoldEnd> expiries, boolean aroundStock, Set<Long> full) {
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
    boolean isAnswered() {
        return false;
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
    Fate notFound(HoldEnd change) {
        return Fate.LEFT;
    }

    @Override
    Fate repeated(HoldEnd change, Recorded before, long batch) {
        return Fate.LEFT;
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

    @Override
    void writeEffects(long batch, List<Applied<HoldEnd>> applied) {}
}
