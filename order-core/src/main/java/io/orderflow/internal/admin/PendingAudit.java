package io.orderflow.internal.admin;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.GroupKind;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The groups by which recovery finds what is undecided: an order that none of them names waits for ever once its frame
 * is lost.
 */
final class PendingAudit extends AuditPart {
    private static final int PAGE = 20;

    private final long undecided;
    private long named;
    private long carried;

    /**
     * Looks at all groups.
     *
     * @param undecided how many orders have no verdict and are not set aside
     */
    PendingAudit(Connection connection, Tables tables, long undecided, Consumer<String> differs) {
        super(connection, tables, differs);
        this.undecided = undecided;
    }

    private record GroupRow(UUID id, int kind, byte[] orders, Optional<byte[]> frame) {}

    /**
     * Looks at all groups.
     *
     * @return how many orders have no row yet, and are carried by a group; an order in two groups counts twice
     */
    long run() throws SQLException {
        String after = "";
        List<GroupRow> page;
        do {
            page = rows(
                    "SELECT id, kind, orders, frame FROM " + tables.pending() + after + " ORDER BY id LIMIT " + PAGE,
                    row -> new GroupRow(
                            OrderIds.fromBytes(row.getBytes(1), 0),
                            row.getInt(2),
                            row.getBytes(3),
                            Optional.ofNullable(row.getBytes(4))));
            for (GroupRow group : page) {
                differs("group " + group.id(), faults(group));
            }
            if (!page.isEmpty()) {
                after = " WHERE id > " + SqlText.id(page.get(page.size() - 1).id());
            }
        } while (page.size() == PAGE);
        if (named < undecided) {
            differs(
                    (undecided - named) + " of the orders that are not decided",
                    List.of("are in no group, so that recovery does not find them"));
        }
        return carried;
    }

    private List<String> faults(GroupRow group) throws SQLException {
        List<String> faults = new ArrayList<>();
        if (group.orders().length == 0 || group.orders().length % OrderIds.BYTES != 0) {
            faults.add("names its orders in " + group.orders().length + " bytes, and each takes " + OrderIds.BYTES);
        }
        List<UUID> orders = OrderIds.allFrom(group.orders());
        GroupKind.fault(group.kind(), group.frame().isPresent()).ifPresent(faults::add);
        group.frame().ifPresent(frame -> frame(frame, orders, faults));
        Map<UUID, Integer> statuses = statuses(orders);
        for (UUID order : orders) {
            Integer status = statuses.get(order);
            if (status == null && group.frame().isPresent()) {
                carried++;
            } else if (status == null) {
                faults.add("names the order " + order + ", which has no row");
            } else if (Codes.isUndecided(status)) {
                named++;
            }
        }
        return faults;
    }

    private static void frame(byte[] frame, List<UUID> orders, List<String> faults) {
        try {
            List<UUID> carried = FrameCodec.decode(frame).entries().stream()
                    .map(OrderEntry::id)
                    .toList();
            if (!carried.equals(orders)) {
                faults.add("carries other orders than it names");
            }
        } catch (MalformedException e) {
            faults.add("has a frame that cannot be read: " + e.getMessage());
        }
    }

    private Map<UUID, Integer> statuses(List<UUID> orders) throws SQLException {
        Map<UUID, Integer> statuses = new HashMap<>();
        for (List<UUID> piece : SqlText.pieces(orders, SqlText.PIECE)) {
            StringBuilder query = new StringBuilder("SELECT id, status FROM ");
            query.append(tables.orders()).append(" WHERE id IN (");
            SqlText.list(query, piece, SqlText::id);
            rows(query.append(')'), row -> statuses.put(OrderIds.fromBytes(row.getBytes(1), 0), row.getInt(2)));
        }
        return statuses;
    }
}
