package io.orderflow.internal.admin;

import io.orderflow.Order;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.engine.HoldEnd;
import io.orderflow.internal.engine.OrderChange;
import io.orderflow.internal.engine.ReleaseTransaction;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Releases reserved orders. Thread-safe. */
final class Releases extends HoldEnds<ReleaseRequest, ReleaseResult> {
    Releases(
            Tables tables,
            Transactions transactions,
            FutureAnswers answers,
            CarriedOrders carried,
            Consumer<List<ReleaseResult>> committed) {
        super("releases", tables, transactions, answers, carried, committed);
    }

    @Override
    HoldEnd changeOf(ReleaseRequest asked) {
        return HoldEnd.of(asked.orderId(), asked.reference(), OrderChange.Kind.RELEASE);
    }

    @Override
    List<ReleaseResult> end(Session session, List<HoldEnd> some, Scope scope) throws SQLException {
        return scope == Scope.OURS
                ? ReleaseTransaction.run(tables, session, some, reader::orders)
                : ReleaseTransaction.runWithin(tables, session, some, reader::orders);
    }

    @Override
    boolean isNotFound(ReleaseResult result) {
        return result instanceof ReleaseResult.NotFound;
    }

    @Override
    ReleaseResult notReserved(Order order) {
        return new ReleaseResult.NotReserved(order);
    }
}
