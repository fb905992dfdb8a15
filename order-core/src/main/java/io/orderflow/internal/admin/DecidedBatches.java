package io.orderflow.internal.admin;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Members;
import io.orderflow.internal.engine.Members.Member;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rows of batches, and the orders that they decided. Thread-safe. */
final class DecidedBatches {
    private final Tables tables;

    DecidedBatches(Tables tables) {
        this.tables = tables;
    }

    /**
     * A batch's row without its members.
     *
     * @param at when its number was drawn, in microseconds since 1970
     * @param size how many members may be orders that it decided; none in one of adjustments
     */
    record Head(long id, BatchKind kind, long at, int size) {}

    /** An order that a batch decided: its number, when that was drawn, and its id. */
    record Numbered(long number, long at, UUID order) {}

    private record Row(Head head, List<Member> members) {}

    /** Reads the next ones. Of all kinds, so that the limit bounds what the server reads. */
    List<Head> from(Connection connection, long id, int most) throws SQLException {
        return heads(connection, "id >= " + id + " ORDER BY id LIMIT " + most);
    }

    /** Reads those before and up to one, the last first. */
    List<Head> upTo(Connection connection, long id, int most) throws SQLException {
        return heads(connection, "id <= " + id + " ORDER BY id DESC LIMIT " + most);
    }

    private List<Head> heads(Connection connection, String which) throws SQLException {
        return QueryRows.list(
                connection,
                "SELECT id, kind, size, " + SqlTime.micros("decided_at") + " FROM " + tables.batch() + " WHERE "
                        + which,
                row -> {
                    BatchKind kind = BatchKind.of(row.getInt(2));
                    boolean decides = kind == BatchKind.DECIDED || kind == BatchKind.CHANGED;
                    return new Head(row.getLong(1), kind, row.getLong(4), decides ? row.getInt(3) : 0);
                });
    }

    /** The first ones, until they have so many members: at least one, and the last may have more. */
    static List<Head> having(int members, List<Head> heads) {
        int count = 0;
        int to = 0;
        while (to < heads.size() && (to == 0 || count < members)) {
            count += heads.get(to).size();
            to++;
        }
        return heads.subList(0, to);
    }

    /** Reads the orders that they decided, lowest number first. */
    List<Numbered> orders(Connection connection, List<Head> heads) throws SQLException {
        List<Row> rows = rows(connection, heads);
        Map<UUID, UUID> decidedByChanges = decidedByChanges(connection, rows);
        List<Numbered> orders = new ArrayList<>();
        for (Row row : rows) {
            for (int place = 0; place < row.members().size(); place++) {
                UUID id = row.members().get(place).id();
                UUID order = row.head().kind() == BatchKind.DECIDED ? id : decidedByChanges.get(id);
                if (order != null) {
                    long number = DecisionNumber.of(row.head().id(), place);
                    orders.add(new Numbered(number, row.head().at(), order));
                }
            }
        }
        orders.sort(Comparator.comparingLong(Numbered::number));
        return orders;
    }

    private List<Row> rows(Connection connection, List<Head> heads) throws SQLException {
        Map<Long, Head> wanted = new HashMap<>();
        heads.stream().filter(head -> head.size() > 0).forEach(head -> wanted.put(head.id(), head));
        if (wanted.isEmpty()) {
            return List.of();
        }
        StringBuilder sql = new StringBuilder("SELECT id, members FROM ").append(tables.batch());
        sql.append(" WHERE id IN (");
        SqlText.list(sql, List.copyOf(wanted.keySet()), SqlText.Appender.number(Long::longValue));
        return QueryRows.list(connection, sql.append(')'), row -> {
            Head head = wanted.get(row.getLong(1));
            byte[] members = row.getBytes(2);
            return new Row(head, members == null ? List.of() : Members.read(head.kind(), members, head.size()));
        });
    }

    /** A change that decided its order, by cancelling it while it was pending, has the number that the order has. */
    private Map<UUID, UUID> decidedByChanges(Connection connection, List<Row> rows) throws SQLException {
        List<UUID> changes = rows.stream()
                .filter(row -> row.head().kind() == BatchKind.CHANGED)
                .flatMap(row -> row.members().stream().map(Member::id))
                .toList();
        Map<UUID, UUID> orders = new HashMap<>();
        for (List<UUID> piece : SqlText.pieces(changes, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT c.id, o.id FROM ").append(tables.orderChange());
            sql.append(" c JOIN ").append(tables.orders());
            sql.append(" o ON o.id = c.order_id AND o.batch_id = c.batch_id WHERE c.id IN (");
            SqlText.list(sql, piece, SqlText::id);
            QueryRows.look(
                    connection,
                    sql.append(')'),
                    row -> orders.put(OrderIds.fromBytes(row.getBytes(1), 0), OrderIds.fromBytes(row.getBytes(2), 0)));
        }
        return orders;
    }
}
