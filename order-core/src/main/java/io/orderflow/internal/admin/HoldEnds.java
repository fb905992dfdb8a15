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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Ends holds on request. What has no row may be an order that a group carries, which is not decided yet; and when it is
 * in no group either, it may have got its row since. Thread-safe.
 */
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

    @Override
    final List<R> run(Session session, List<HoldEnd> piece, Scope scope) throws SQLException {
        return scope == Scope.OURS ? runOurs(session, piece) : runWithin(session, piece);
    }

    /** Looks for what turned out to have no row, which is little: a look for all of them costs a statement more. */
    private List<R> runOurs(Session session, List<HoldEnd> piece) throws SQLException {
        List<R> results = new ArrayList<>(end(session, piece, Scope.OURS));
        for (int i = 0; i < results.size(); i++) {
            if (isNotFound(results.get(i))) {
                results.set(i, withoutRow(session, piece.get(i), results.get(i)));
            }
        }
        return results;
    }

    private R withoutRow(Session session, HoldEnd asked, R notFound) throws SQLException {
        Connection connection = session.connection();
        UUID order = asked.orderId();
        Optional<OrderReader.Stored> pending = carried.find(connection, order);
        boolean decided = pending.isEmpty()
                && !reader.statuses(connection, List.of(order)).isEmpty();
        Scope.OURS.looked(connection);
        if (pending.isPresent()) {
            return notReserved(pending.get().order());
        }
        return decided ? end(session, List.of(asked), Scope.OURS).get(0) : notFound;
    }

    /**
     * Looks before anything is locked, and locks once: the locks stay until the host's commit, and a second time would
     * lock order rows after wallets and stock. What gets its row after the look is found by its row.
     */
    private List<R> runWithin(Session session, List<HoldEnd> piece) throws SQLException {
        Map<UUID, Order> undecided = withoutRows(session.connection(), piece);
        List<R> results = new ArrayList<>(end(session, piece, Scope.HOST));
        for (int i = 0; i < results.size(); i++) {
            Order order = undecided.get(piece.get(i).orderId());
            if (order != null && isNotFound(results.get(i))) {
                results.set(i, notReserved(order));
            }
        }
        return results;
    }

    private Map<UUID, Order> withoutRows(Connection connection, List<HoldEnd> piece) throws SQLException {
        Set<UUID> missing = new HashSet<>();
        piece.forEach(asked -> missing.add(asked.orderId()));
        missing.removeAll(reader.statuses(connection, missing).keySet());
        Map<UUID, Order> found = new HashMap<>();
        for (UUID id : missing) {
            carried.find(connection, id).ifPresent(stored -> found.put(id, stored.order()));
        }
        return found;
    }
}
