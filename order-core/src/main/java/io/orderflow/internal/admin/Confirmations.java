package io.orderflow.internal.admin;

import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.Order;
import io.orderflow.internal.engine.ConfirmTransaction;
import io.orderflow.internal.engine.HoldEnd;
import io.orderflow.internal.engine.OrderChange;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Confirms reserved orders. Thread-safe. */
final class Confirmations extends HoldEnds<ConfirmRequest, ConfirmResult> {
    Confirmations(
            Tables tables,
            Transactions transactions,
            FutureAnswers answers,
            CarriedOrders carried,
            Consumer<List<ConfirmResult>> committed) {
        super("confirmations", tables, transactions, answers, carried, committed);
    }

    @Override
    HoldEnd changeOf(ConfirmRequest asked) {
        return HoldEnd.of(asked.orderId(), asked.reference(), OrderChange.Kind.CONFIRM);
    }

    @Override
    List<ConfirmResult> end(Session session, List<HoldEnd> some, Scope scope) throws SQLException {
        return scope.run(new ConfirmTransaction(tables, session, some, reader::orders));
    }

    @Override
    boolean isNotFound(ConfirmResult result) {
        return result instanceof ConfirmResult.NotFound;
    }

    @Override
    ConfirmResult notReserved(Order order) {
        return new ConfirmResult.NotReserved(order);
    }
}
