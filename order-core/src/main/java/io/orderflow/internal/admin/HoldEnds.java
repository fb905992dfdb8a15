package io.orderflow.internal.admin;

import io.orderflow.Order;
import io.orderflow.internal.engine.HoldEnd;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Ends holds on request. Thread-safe. */
abstract class HoldEnds<Q, R> extends ChangeKind<Q, HoldEnd, R> {
    final Tables tables;
    final OrderReader reader;
    private final CarriedOrders carried;

    HoldEnds(
            String what,
            Tables tables,
            Transactions transactions,
            FutureAnswers answers,
            CarriedOrders carried,
            Consumer<List<R>> committed) {
        super(what, transactions, answers, committed);
        this.tables = tables;
        this.reader = new OrderReader(tables);
        this.carried = carried;
    }

    /** Ends those that are reserved, in one transaction. */
    abstract List<R> end(Session session, List<HoldEnd> some, Scope scope) throws SQLException;

    /** Whether a result says that the order has no row. */
    abstract boolean isNotFound(R result);

    /** The result for an order that is not reserved. */
    abstract R notReserved(Order order);

    /**
     * What has no row may be an order that a group carries, which is not decided yet; and when it is in no group
     * either, it may have got its row since.
     */
    @Override
    final List<R> run(Session session, List<HoldEnd> piece, Scope scope) throws SQLException {
        List<R> results = new ArrayList<>(end(session, piece, scope));
        for (int i = 0; i < results.size(); i++) {
            if (isNotFound(results.get(i))) {
                results.set(i, withoutRow(session, piece.get(i), results.get(i), scope));
            }
        }
        return results;
    }

    private R withoutRow(Session session, HoldEnd asked, R notFound, Scope scope) throws SQLException {
        Connection connection = session.connection();
        UUID order = asked.orderId();
        Optional<OrderReader.Stored> pending = carried.find(connection, order);
        boolean decided = pending.isEmpty()
                && !reader.statuses(connection, List.of(order)).isEmpty();
        scope.looked(connection);
        if (pending.isPresent()) {
            return notReserved(pending.get().order());
        }
        return decided ? end(session, List.of(asked), scope).get(0) : notFound;
    }
}
