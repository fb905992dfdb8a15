package io.orderflow.internal.engine;

import io.orderflow.ConfirmResult;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongFunction;

/** Completes reserved orders: what they took stays taken. Used once, by one thread. */
public final class ConfirmTransaction extends ChangeTransaction<HoldEnd, ConfirmResult> {
    private final SeenOrders seen;

    /**
     * Prepares the transaction.
     *
     * @param confirmations 1 to 500
     * @param orders reads the orders that are not reserved
     */
    public ConfirmTransaction(Tables tables, Session session, List<HoldEnd> confirmations, OrderView orders) {
        super(tables, session, confirmations);
        this.seen = new SeenOrders(orders);
    }

    @Override
    void prepare() {}

    @Override
    ConfirmResult notFound(HoldEnd change) {
        return new ConfirmResult.NotFound(change.orderId());
    }

    @Override
    ConfirmResult repeated(HoldEnd change, Recorded before, long batch) {
        UUID order = change.orderId();
        return before.kind() == change.kind().code()
                ? new ConfirmResult.Duplicate(order, before.decision(batch))
                : new ConfirmResult.Conflict(order);
    }

    @Override
    LongFunction<ConfirmResult> transition(HoldEnd change, StatusRow row) {
        UUID order = change.orderId();
        if (row.status() != Codes.RESERVED) {
            seen.add(order);
            return row.status() == Codes.EXPIRED
                    ? batch -> new ConfirmResult.Expired(seen.get(order))
                    : batch -> new ConfirmResult.NotReserved(seen.get(order));
        }
        rows().put(order, new StatusRow(row.buyer(), Codes.COMPLETED, row.walletPays(), row.batch()));
        int place = apply(change, row.buyer(), 0, 0, Map.of(), false);
        return batch -> new ConfirmResult.Confirmed(order, DecisionNumber.of(batch, place));
    }

    @Override
    void conclude() throws SQLException {
        seen.read(session.connection());
    }

    @Override
    void writeEffects(long batch, List<Applied<HoldEnd>> applied) throws SQLException {
        List<UUID> orders = applied.stream()
                .map(done -> done.change().orderId())
                .sorted(OrderIds.UNSIGNED)
                .toList();
        HoldReturns.end(tables, session, orders, Codes.COMPLETED);
    }
}
