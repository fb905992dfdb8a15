package io.orderflow.internal.admin;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.CancelTransaction;
import io.orderflow.internal.engine.Cancellation;
import io.orderflow.internal.engine.OrderChange;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** Cancels orders. Thread-safe. */
final class Cancellations extends ChangeKind<CancelRequest, Cancellation, CancelResult> {
    private final Tables tables;
    private final OrderReader reader;
    private final CarriedOrders carried;

    Cancellations(
            Tables tables,
            Transactions transactions,
            FutureAnswers answers,
            CarriedOrders carried,
            Consumer<List<CancelResult>> committed) {
        super("cancellations", transactions, answers, committed);
        this.tables = tables;
        this.reader = new OrderReader(tables);
        this.carried = carried;
    }

    @Override
    Cancellation changeOf(CancelRequest asked) {
        return new Cancellation(
                OrderChange.idOf(asked.orderId(), asked.reference()),
                asked.orderId(),
                asked.reference(),
                asked.request().map(OrderEntry::of));
    }

    @Override
    List<CancelResult> run(Session session, List<Cancellation> piece, Scope scope) throws SQLException {
        Map<UUID, OrderEntry> withoutRows = withoutRows(session.connection(), piece);
        scope.looked(session.connection());
        return scope.run(new CancelTransaction(tables, session, piece, withoutRows, reader::orders));
    }

    /** Orders whose content is known need no search, which takes longer the larger the backlog is. */
    private Map<UUID, OrderEntry> withoutRows(Connection connection, List<Cancellation> piece) throws SQLException {
        List<UUID> searched = piece.stream()
                .filter(asked -> asked.content().isEmpty())
                .map(Cancellation::orderId)
                .distinct()
                .toList();
        Map<UUID, OrderEntry> found = searched.isEmpty() ? new HashMap<>() : carried.withoutRows(connection, searched);
        for (Cancellation asked : piece) {
            carried.remembered(asked.orderId()).ifPresent(entry -> found.put(entry.id(), entry));
        }
        return found;
    }
}
