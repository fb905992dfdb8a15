package io.orderflow.internal.engine;

import io.orderflow.Order;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.engine.LockingReads.StatusRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Ends holds on request, in one way for all of them; whoever comes too late is told how the hold ended. Used once, by
 * one thread.
 */
abstract class HoldEndTransaction<R> extends ChangeTransaction<HoldEnd, R> {
    private final SeenOrders seen;
    private final Refusals<R> refusals;

    HoldEndTransaction(Tables tables, Session session, List<HoldEnd> ends, OrderView orders, Refusals<R> refusals) {
        super(tables, session, ends);
        this.seen = new SeenOrders(orders);
        this.refusals = refusals;
    }

    /** What an end comes to that was done before. */
    @FunctionalInterface
    interface DoneBefore<R> {
        R result(UUID order, long amount, long decision);
    }

    /** The results of an end that is not done. */
    record Refusals<R>(
            Function<UUID, R> notFound,
            DoneBefore<R> duplicate,
            Function<UUID, R> conflict,
            Function<Order, R> expired,
            Function<Order, R> notReserved) {}

    /** Ends the hold of a reserved order; one that is done is given to {@link #apply}. */
    abstract LongFunction<R> end(HoldEnd change, StatusRow row);

    @Override
    final R notFound(HoldEnd change) {
        return refusals.notFound().apply(change.orderId());
    }

    @Override
    final R repeated(HoldEnd change, Recorded before, long batch) {
        UUID order = change.orderId();
        return before.kind() == change.kind().code()
                ? refusals.duplicate().result(order, before.amount(), before.decision(batch))
                : refusals.conflict().apply(order);
    }

    @Override
    final LongFunction<R> transition(HoldEnd change, StatusRow row) {
        if (row.status() == Codes.RESERVED) {
            return end(change, row);
        }
        UUID order = change.orderId();
        seen.add(order);
        Function<Order, R> refusal = row.status() == Codes.EXPIRED ? refusals.expired() : refusals.notReserved();
        return batch -> refusal.apply(seen.get(order));
    }

    @Override
    final void conclude() throws SQLException {
        seen.read(session.connection());
    }
}
