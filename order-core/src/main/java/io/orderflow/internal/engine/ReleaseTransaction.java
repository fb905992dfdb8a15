package io.orderflow.internal.engine;

import io.orderflow.ReleaseResult;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.engine.HoldReturns.Return;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
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
    private final boolean stockFirst;

    private ReleaseTransaction(
            Tables tables,
            Session session,
            List<HoldEnd> releases,
            OrderView orders,
            Set<Long> full,
            boolean stockFirst) {
        super(tables, session, releases, orders, REFUSALS);
        this.returns = new HoldReturns(tables, session, full);
        this.stockFirst = stockFirst;
    }

    /**
     * Releases orders, in a transaction of its own.
     *
     * @param releases 1 to 500
     * @param orders reads the orders that are not reserved
     * @return one result for each, in the same order
     * @throws SQLException if the transaction could not be done, or its commit is in doubt
     * @throws BrokenInvariantException if the rows are not as they must be
     */
    public static List<ReleaseResult> run(Tables tables, Session session, List<HoldEnd> releases, OrderView orders)
            throws SQLException {
        return HoldReturns.run(full -> new ReleaseTransaction(tables, session, releases, orders, full, false)::run);
    }

    /**
     * Releases orders inside a READ COMMITTED transaction that somebody else commits or rolls back. Nothing can be
     * tried again there, so the stock is locked before it is seen whether there is room.
     *
     * @param releases 1 to 500
     * @param orders reads the orders that are not reserved
     * @return one result for each, in the same order
     * @throws SQLException if it could not be done; some of it may be written
     * @throws BrokenInvariantException if the rows are not as they must be; nothing is written, or some
     */
    public static List<ReleaseResult> runWithin(
            Tables tables, Session session, List<HoldEnd> releases, OrderView orders) throws SQLException {
        return new ReleaseTransaction(tables, session, releases, orders, Set.of(), true).runWithin();
    }

    @Override
    void prepare() throws SQLException {
        returns.prepare(reads, rows(), reads, stockFirst);
    }

    @Override
    LongFunction<ReleaseResult> end(HoldEnd change, StatusRow row) {
        UUID order = change.orderId();
        Optional<Return> given = returns.giveBack(order, row);
        if (given.isEmpty()) {
            return batch -> new ReleaseResult.LimitExceeded(order);
        }
        rows().put(order, row.becoming(Codes.RELEASED));
        int place = apply(change, row, given.get());
        return batch -> new ReleaseResult.Released(order, given.get().amount(), DecisionNumber.of(batch, place));
    }

    @Override
    void writeBefore(List<Applied<HoldEnd>> applied) throws SQLException {
        insertPieces(applied);
        returns.write(applied.stream().map(done -> done.change().orderId()).toList(), Codes.RELEASED);
    }

    @Override
    void writeEffects(long batch, List<Applied<HoldEnd>> applied) {}
}
