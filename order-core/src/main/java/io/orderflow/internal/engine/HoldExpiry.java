package io.orderflow.internal.engine;

import io.orderflow.internal.engine.ExpiryTransaction.Fate;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Expires orders whose holds are over, some in each transaction, and of all who do so on one shop one at a time.
 *
 * <p>Mostly by counts, see {@link GuardedExpiry}. When a count was wrong, and for a while after that, by locking reads,
 * see {@link LockingExpiry}. Not thread-safe.
 */
public final class HoldExpiry {
    private final Tables tables;
    private final Expectation byCounts = new Expectation();

    /** Expires in these tables. */
    public HoldExpiry(Tables tables) {
        this.tables = tables;
    }

    /**
     * What a transaction did.
     *
     * @param fates one for each order, in the same order
     * @param batch its number; 0 if it changed nothing
     */
    public record Piece(List<Fate> fates, long batch) {}

    /**
     * Expires orders, and may wait for rows that others hold.
     *
     * @param orders 1 to 500 distinct ones
     * @return nothing, and nothing done, while somebody else is expiring
     * @throws SQLException if the transaction could not be done, or its commit is in doubt
     * @throws BrokenInvariantException if the rows are not as they must be
     */
    public Optional<Piece> expire(Session session, List<UUID> orders) throws SQLException {
        List<HoldEnd> ends = ends(orders);
        if (byCounts.holds()) {
            try {
                return inTurn(session, new GuardedExpiry(tables, session, ends));
            } catch (WrongGuessException e) {
                byCounts.failed();
            }
        }
        boolean[] limited = {false};
        Optional<Piece> piece = HoldReturns.run(full -> () -> {
            LockingExpiry transaction = new LockingExpiry(tables, session, ends, false, full);
            Optional<Piece> done = inTurn(session, transaction);
            limited[0] |= transaction.isLimited();
            return done;
        });
        piece.ifPresent(done -> byCounts.seen(!limited[0] && !done.fates().contains(Fate.TOO_MUCH)));
        return piece;
    }

    /**
     * Expires those of the orders for which no row is needed that others hold.
     *
     * @param orders 1 to 500 distinct ones
     * @return nothing, and nothing done, while somebody else is expiring
     * @throws SQLException if the transaction could not be done, or its commit is in doubt
     * @throws BrokenInvariantException if the rows are not as they must be
     */
    public Optional<Piece> expireAround(Session session, List<UUID> orders) throws SQLException {
        List<HoldEnd> ends = ends(orders);
        return HoldReturns.run(full -> () -> inTurn(session, new LockingExpiry(tables, session, ends, true, full)));
    }

    private static List<HoldEnd> ends(List<UUID> orders) {
        return orders.stream()
                .map(order -> HoldEnd.of(order, HoldEnd.EXPIRED, OrderChange.Kind.EXPIRE))
                .toList();
    }

    private Optional<Piece> inTurn(Session session, ChangeTransaction<HoldEnd, Fate> transaction) throws SQLException {
        return session.transaction(() -> LockingReads.around(tables, session).lockExpiry()
                ? Optional.of(new Piece(transaction.runWithin(), transaction.batch()))
                : Optional.empty());
    }
}
