package io.orderflow.internal.admin;

import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.Order;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.engine.ConfirmTransaction;
import io.orderflow.internal.engine.HoldEnd;
import io.orderflow.internal.engine.OrderChange;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.internal.engine.ReleaseTransaction;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/** Ends holds on request. Thread-safe. */
final class HoldEnds {
    private final Tables tables;
    private final Transactions transactions;
    private final OrderReader reader;
    private final CarriedOrders carried;
    private final Telemetry telemetry;

    HoldEnds(Tables tables, Transactions transactions, OrderReader reader, CarriedOrders carried, Telemetry telemetry) {
        this.tables = tables;
        this.transactions = transactions;
        this.reader = reader;
        this.carried = carried;
        this.telemetry = telemetry;
    }

    List<ConfirmResult> confirmAll(List<ConfirmRequest> requests) {
        List<HoldEnd> all = requests.stream()
                .map(asked -> end(asked.orderId(), asked.reference(), Kind.CONFIRM))
                .toList();
        return transactions.run("confirmations", all, this::confirm);
    }

    private List<ConfirmResult> confirm(Session session, List<HoldEnd> piece) throws SQLException {
        List<ConfirmResult> results = settle(
                session.connection(),
                piece,
                some -> new ConfirmTransaction(tables, session, some, reader::orders).run(),
                ConfirmResult.NotFound.class::isInstance,
                ConfirmResult.NotReserved::new);
        results.forEach(result -> telemetry.confirmed(result.outcome()));
        return results;
    }

    List<ReleaseResult> releaseAll(List<ReleaseRequest> requests) {
        List<HoldEnd> all = requests.stream()
                .map(asked -> end(asked.orderId(), asked.reference(), Kind.RELEASE))
                .toList();
        return transactions.run("releases", all, this::release);
    }

    private List<ReleaseResult> release(Session session, List<HoldEnd> piece) throws SQLException {
        List<ReleaseResult> results = settle(
                session.connection(),
                piece,
                some -> ReleaseTransaction.run(tables, session, some, reader::orders),
                ReleaseResult.NotFound.class::isInstance,
                ReleaseResult.NotReserved::new);
        results.forEach(result -> telemetry.released(result.outcome()));
        return results;
    }

    private static HoldEnd end(UUID order, String reference, Kind kind) {
        return new HoldEnd(OrderChange.idOf(order, reference), order, reference, kind);
    }

    /** One transaction. */
    @FunctionalInterface
    private interface Ending<R> {
        List<R> run(List<HoldEnd> some) throws SQLException;
    }

    /**
     * Ends holds. What has no row may be an order that a group carries, which is not decided yet; and when it is in no
     * group either, it may have got its row since.
     */
    private <R> List<R> settle(
            Connection connection,
            List<HoldEnd> piece,
            Ending<R> ending,
            Predicate<R> notFound,
            Function<Order, R> notReserved)
            throws SQLException {
        List<R> results = new ArrayList<>(ending.run(piece));
        for (int i = 0; i < results.size(); i++) {
            if (notFound.test(results.get(i))) {
                UUID order = piece.get(i).orderId();
                Optional<OrderReader.Stored> pending = carried.find(connection, order);
                boolean decided = pending.isEmpty()
                        && !reader.statuses(connection, List.of(order)).isEmpty();
                connection.commit();
                if (pending.isPresent()) {
                    results.set(i, notReserved.apply(pending.get().order()));
                } else if (decided) {
                    results.set(i, ending.run(List.of(piece.get(i))).get(0));
                }
            }
        }
        return results;
    }
}
