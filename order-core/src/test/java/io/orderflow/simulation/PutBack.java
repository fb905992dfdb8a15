package io.orderflow.simulation;

import io.orderflow.ArchivedChange;
import io.orderflow.Order;
import io.orderflow.OrderLine;
import io.orderflow.RefundLine;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import io.orderflow.simulation.ArchiveBook.Line;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Puts archived orders back into the tables as their lines have them. So the model replays everything from its
 * beginning, and a line that is not what its order was shows as a difference (I8, I16).
 */
final class PutBack {
    private final SimulatedDatabase database;
    private final Tables tables;
    private final List<String> orders = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private final List<String> pieces = new ArrayList<>();

    PutBack(SimulatedDatabase database) {
        this.database = database;
        this.tables = database.tables();
    }

    void run(List<Line> archived) throws SQLException {
        archived.forEach(this::add);
        insert(
                tables.orders() + " (id, buyer, status, reason, fingerprint, request, batch_id, place, created_at)",
                orders);
        insert(tables.orderLine() + " (order_id, line_no, product, quantity, unit_price)", lines);
        insert(
                tables.orderChange() + " (id, order_id, buyer, kind, amount, credited, batch_id, place, reference)",
                changes);
        insert(tables.refundLine() + " (change_id, line_no, quantity, restocked)", pieces);
    }

    private void insert(String into, List<String> rows) throws SQLException {
        if (!rows.isEmpty()) {
            database.execute("INSERT INTO " + into + " VALUES " + String.join(",", rows));
        }
    }

    private void add(Line line) {
        Order order = line.order();
        int status = RecordedOrders.status(line);
        // the id itself may be there again, or stand for a key that is kept
        String id = id(line.row().decision());
        orders.add(row(
                id,
                order.buyer(),
                status,
                order.rejectReason().map(Codes::of).orElse(0),
                hex(line.row().fingerprint()),
                hex(line.row().request()),
                DecisionNumber.batch(line.row().decision()),
                DecisionNumber.place(line.row().decision()),
                "'2030-01-01 00:00:00'"));
        if (Codes.isCharged(status)) {
            for (int number = 0; number < order.lines().size(); number++) {
                OrderLine each = order.lines().get(number);
                lines.add(row(
                        id,
                        number,
                        each.product(),
                        each.quantity(),
                        each.unitPrice().getAsLong()));
            }
        }
        line.changes().forEach(change -> add(id, order.buyer(), change));
    }

    private void add(String order, long buyer, ArchivedChange change) {
        String id = id(change.decision());
        changes.add(row(
                id,
                order,
                buyer,
                RecordedOrders.kind(change.type()).code(),
                change.amount(),
                change.credited(),
                DecisionNumber.batch(change.decision()),
                DecisionNumber.place(change.decision()),
                "'" + change.reference() + "'"));
        for (RefundLine piece : change.lines()) {
            pieces.add(row(id, piece.line(), piece.quantity(), change.restocked() ? 1 : 0));
        }
    }

    private static String id(long decision) {
        return SqlText.id(new UUID(0, decision));
    }

    private static String hex(Fingerprint fingerprint) {
        return hex(ByteBuffer.allocate(Fingerprint.BYTES)
                .putLong(fingerprint.high())
                .putLong(fingerprint.low())
                .array());
    }

    private static String hex(byte[] bytes) {
        return "x'" + HexFormat.of().formatHex(bytes) + "'";
    }

    private static String row(Object... values) {
        List<String> texts = new ArrayList<>();
        for (Object value : values) {
            texts.add(String.valueOf(value));
        }
        return "(" + String.join(",", texts) + ")";
    }
}
