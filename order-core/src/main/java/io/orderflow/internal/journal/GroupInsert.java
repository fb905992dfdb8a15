package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.GroupIds;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The text of the INSERT that journals orders as groups, each a row that carries its orders. */
final class GroupInsert {
    /** Bytes that a row has for the frame of its orders. */
    static final int ROOM = 56_000;

    /** Most orders of a row; their ids stand in it too. */
    static final int MOST = SqlText.PIECE;

    private GroupInsert() {}

    /** A group that is to be one row. */
    record Carried(UUID id, List<OrderEntry> entries) {
        /** The same orders in a row of another id. */
        Carried again() {
            return new Carried(OrderIds.next(), entries);
        }
    }

    /** Cuts orders into groups that fit a row each, in the order given. */
    static List<Carried> cut(List<OrderEntry> entries) {
        List<Carried> groups = new ArrayList<>();
        int from = 0;
        while (from < entries.size()) {
            int bytes = FrameCodec.HEADER_BYTES;
            int to = from;
            while (to < entries.size() && to - from < MOST && bytes + FrameCodec.sizeOf(entries.get(to)) <= ROOM) {
                bytes += FrameCodec.sizeOf(entries.get(to++));
            }
            List<OrderEntry> group = entries.subList(from, to);
            groups.add(new Carried(GroupIds.carrying(group), group));
            from = to;
        }
        return groups;
    }

    /**
     * One INSERT of all groups.
     *
     * @param createdAt an expression for the time
     */
    static String of(Tables tables, String createdAt, List<Carried> groups) {
        StringBuilder sql = new StringBuilder(200);
        sql.append("INSERT INTO ").append(tables.pending()).append(" (id, kind, created_at, orders, frame) VALUES ");
        SqlText.list(sql, groups, (text, group) -> {
            text.append('(');
            SqlText.id(text, group.id());
            text.append(',')
                    .append(GroupKind.CARRYING.code())
                    .append(',')
                    .append(createdAt)
                    .append(",x'");
            group.entries().forEach(entry -> SqlText.digits(text, entry.id()));
            text.append("',");
            // the table is the shop's, and recovery has no use for traces
            SqlText.hex(
                    text,
                    FrameCodec.encode(
                            Frame.NO_SHOP,
                            group.entries().stream().map(OrderEntry::untraced).toList()));
            text.append(')');
        });
        return sql.toString();
    }
}
