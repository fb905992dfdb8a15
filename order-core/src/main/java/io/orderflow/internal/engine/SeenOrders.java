package io.orderflow.internal.engine;

import io.orderflow.Order;
import io.orderflow.internal.engine.ChangeTransaction.OrderView;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Orders that results show as they are while their rows are locked. Not thread-safe. */
final class SeenOrders {
    private final OrderView view;
    private final Set<UUID> asked = new HashSet<>();
    private final Map<UUID, Order> read = new HashMap<>();

    SeenOrders(OrderView view) {
        this.view = view;
    }

    /** The result of a change will show this order. */
    void add(UUID order) {
        asked.add(order);
    }

    /** Reads them. */
    void read(Connection connection) throws SQLException {
        if (!asked.isEmpty()) {
            read.putAll(view.read(connection, asked));
        }
    }

    /** One of them, once they are read. */
    Order get(UUID order) {
        return read.get(order);
    }
}
