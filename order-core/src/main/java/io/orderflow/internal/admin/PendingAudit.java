package io.orderflow.internal.admin;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /**
     * Looks at all groups.
     *
     * @param undecided how many orders have no verdict and are not set aside
     */
    PendingAudit(Connection connection, Tables tables, long undecided, Consumer<String> differs) {
        super(connection, tables, differs);
        this.undecided = undecided;
    }

    private record GroupRow(UUID id, byte[] orders) {}

    void run() throws SQLException {
        String after = "";
        List<GroupRow> page;
        do {
            page = rows(
                    "SELECT id, orders FROM " + tables.pending() + after + " ORDER BY id LIMIT " + PAGE,
                    row -> new GroupRow(OrderIds.fromBytes(row.getBytes(1), 0), row.getBytes(2)));
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
    }

    private List<String> faults(GroupRow group) throws SQLException {
        List<String> faults = new ArrayList<>();
        if (group.orders().length == 0 || group.orders().length % OrderIds.BYTES != 0) {
            faults.add("names its orders in " + group.orders().length + " bytes, and each takes " + OrderIds.BYTES);
        }
        List<UUID> orders = new ArrayList<>();
        for (int at = 0; at + OrderIds.BYTES <= group.orders().length; at += OrderIds.BYTES) {
            orders.add(OrderIds.fromBytes(group.orders(), at));
        }
        Map<UUID, Integer> statuses = statuses(orders);
        for (UUID order : orders) {
            Integer status = statuses.get(order);
            if (status == null) {
                faults.add("names the order " + order + ", which has no row");
            } else if (Codes.isUndecided(status)) {
                named++;
            }
        }
        return faults;
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
