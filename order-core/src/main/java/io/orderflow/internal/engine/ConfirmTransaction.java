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
public final class ConfirmTransaction extends HoldEndTransaction<ConfirmResult> {
    private static final Refusals<ConfirmResult> REFUSALS = new Refusals<>(
            ConfirmResult.NotFound::new,
            (order, amount, decision) -> new ConfirmResult.Duplicate(order, decision),
            ConfirmResult.Conflict::new,
            ConfirmResult.Expired::new,
            ConfirmResult.NotReserved::new);

    /**
     * Prepares the transaction.
     *
     * @param confirmations 1 to 500
     * @param orders reads the orders that are not reserved
     */
    public ConfirmTransaction(Tables tables, Session session, List<HoldEnd> confirmations, OrderView orders) {
        super(tables, session, confirmations, orders, REFUSALS);
    }

    @Override
    void prepare() {}

    @Override
    LongFunction<ConfirmResult> end(HoldEnd change, StatusRow row) {
        UUID order = change.orderId();
        rows().put(order, row.becoming(Codes.COMPLETED));
        int place = apply(change, row.buyer(), 0, 0, Map.of(), false);
        return batch -> new ConfirmResult.Confirmed(order, DecisionNumber.of(batch, place));
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
