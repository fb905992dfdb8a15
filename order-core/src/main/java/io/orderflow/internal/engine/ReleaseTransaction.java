package io.orderflow.internal.engine;

import io.orderflow.ReleaseResult;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.engine.HoldReturns.Return;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/** Gives back what reserved orders took, on request. Used once, by one thread. */
public final class ReleaseTransaction extends HoldEndTransaction<ReleaseResult> {
    private static final Refusals<ReleaseResult> REFUSALS = new Refusals<>(
            ReleaseResult.NotFound::new,
            ReleaseResult.Duplicate::new,
            ReleaseResult.Conflict::new,
            ReleaseResult.Expired::new,
            ReleaseResult.NotReserved::new);

    private final HoldReturns returns;

    private ReleaseTransaction(
            Tables tables, Session session, List<HoldEnd> releases, OrderView orders, Set<Long> full) {
        super(tables, session, releases, orders, REFUSALS);
        this.returns = new HoldReturns(tables, session, full);
    }

    /**
     * Releases orders.
     *
     * @param releases 1 to 500
     * @param orders reads the orders that are not reserved
     * @return one result for each, in the same order
     * @throws SQLException if the transaction could not be done, or its commit is in doubt
     * @throws BrokenInvariantException if the rows are not as they must be
     */
    public static List<ReleaseResult> run(Tables tables, Session session, List<HoldEnd> releases, OrderView orders)
            throws SQLException {
        return HoldReturns.run(full -> new ReleaseTransaction(tables, session, releases, orders, full)::run);
    }

    @Override
    void prepare() throws SQLException {
        Map<UUID, StatusRow> reserved = new HashMap<>(rows());
        reserved.values().removeIf(row -> row.status() != Codes.RESERVED);
        returns.prepare(reads, reserved);
        if (returns.areLimited()) {
            returns.lockStock(reads, reserved);
        }
    }

    @Override
    LongFunction<ReleaseResult> end(HoldEnd change, StatusRow row) {
        UUID order = change.orderId();
        Optional<Return> given = returns.giveBack(order, row);
        if (given.isEmpty()) {
            return batch -> new ReleaseResult.LimitExceeded(order);
        }
        rows().put(order, new StatusRow(row.buyer(), Codes.RELEASED, row.walletPays(), row.batch()));
        Return back = given.get();
        int place = apply(change, row.buyer(), back.amount(), back.credited(), back.pieces(), true);
        return batch -> new ReleaseResult.Released(order, back.amount(), DecisionNumber.of(batch, place));
    }

    @Override
    void writeBefore(List<Applied<HoldEnd>> applied) throws SQLException {
        insertPieces(applied);
        returns.write(applied.stream().map(done -> done.change().orderId()).toList(), Codes.RELEASED);
    }

    @Override
    void writeEffects(long batch, List<Applied<HoldEnd>> applied) {}
}
