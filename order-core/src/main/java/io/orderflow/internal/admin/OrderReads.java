package io.orderflow.internal.admin;

import io.orderflow.Order;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.journal.OrderReader.Position;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ValueRange;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Orders as the host asks for them. Thread-safe. */
public final class OrderReads {
    /** Other years no column holds, and a database that is asked for one refuses the statement. */
    private static final ValueRange COLUMN_YEARS = ValueRange.of(1000, 9999);

    private final Store store;
    private final OrderReader reader;

    /** Reads from the store. */
    public OrderReads(Store store, OrderReader reader) {
        this.store = store;
        this.reader = reader;
    }

    /** Reads one order. */
    public Optional<Order> find(UUID id) {
        return stored(id).map(OrderReader.Stored::order);
    }

    /** Reads one order with its fingerprint. */
    public Optional<OrderReader.Stored> stored(UUID id) {
        return store.read(
                "order " + id,
                handle -> Optional.ofNullable(
                        reader.byIds(handle.getConnection(), List.of(id)).get(id)));
    }

    /** Reads a page of one buyer's orders. */
    public Page<Order> ofBuyer(long buyer, PageRequest page) {
        Optional<Position> after = page.after().map(OrderReads::position);
        List<Order> found = store.read(
                "orders of buyer " + buyer,
                handle -> reader.ofBuyer(handle.getConnection(), buyer, after, page.size() + 1));
        if (found.size() <= page.size()) {
            return new Page<>(found, Optional.empty());
        }
        List<Order> entries = found.subList(0, page.size());
        Order last = entries.get(entries.size() - 1);
        return new Page<>(
                entries, Optional.of(LocalDateTime.ofInstant(last.createdAt(), ZoneOffset.UTC) + "_" + last.id()));
    }

    private static Position position(String next) {
        int cut = next.indexOf('_');
        try {
            LocalDateTime createdAt = LocalDateTime.parse(next.substring(0, Math.max(0, cut)));
            COLUMN_YEARS.checkValidValue(createdAt.getYear(), ChronoField.YEAR);
            return new Position(createdAt, UUID.fromString(next.substring(cut + 1)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException("after must be the next of a page of orders: " + next, e);
        }
    }
}
