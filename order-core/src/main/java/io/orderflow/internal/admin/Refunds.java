package io.orderflow.internal.admin;

import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.internal.engine.OrderChange;
import io.orderflow.internal.engine.Refund;
import io.orderflow.internal.engine.RefundTransaction;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Refunds orders. Thread-safe. */
final class Refunds extends ChangeKind<RefundRequest, Refund, RefundResult> {
    private final Tables tables;

    Refunds(Tables tables, Transactions transactions, FutureAnswers answers, Consumer<List<RefundResult>> committed) {
        super("refunds", transactions, answers, committed);
        this.tables = tables;
    }

    @Override
    Refund changeOf(RefundRequest asked) {
        return new Refund(
                OrderChange.idOf(asked.orderId(), asked.reference()),
                asked.orderId(),
                asked.reference(),
                asked.lines().stream().collect(Collectors.toMap(RefundLine::line, RefundLine::quantity)),
                asked.restock());
    }

    @Override
    List<RefundResult> run(Session session, List<Refund> piece, Scope scope) throws SQLException {
        return scope.run(new RefundTransaction(tables, session, piece));
    }
}
