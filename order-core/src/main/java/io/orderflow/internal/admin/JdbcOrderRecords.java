package io.orderflow.internal.admin;

import static java.util.Objects.requireNonNull;

import io.orderflow.DeadLetterFilter;
import io.orderflow.Order;
import io.orderflow.OrderEvent;
import io.orderflow.OrderEvent.Type;
import io.orderflow.OrderPulse;
import io.orderflow.OrderRecords;
import io.orderflow.OrderStatus;
import io.orderflow.OrderTimeline;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.WaitingOrder;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** The records of the database. Thread-safe. */
public final class JdbcOrderRecords implements OrderRecords {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]{4,32}");
    private static final long PER_SECOND = 1_000_000;
    private static final int ALL_DIGITS = 32;
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private final Tables tables;
    private final Store store;
    private final OrderReads reads;
    private final OrderReader reader;
    private final LetterReads letters;
    private final OrderEvents events;
    private final DecidedOrders decided;
    private final Waits waits;
    private final PulseReads pulses;

    /** Reads from the tables. */
    public JdbcOrderRecords(Tables tables, Store store, OrderReads reads, OrderReader reader) {
        this.tables = tables;
        this.store = store;
        this.reads = reads;
        this.reader = reader;
        this.letters = new LetterReads(tables, store, reads);
        this.events = new OrderEvents(tables);
        this.decided = new DecidedOrders(tables, reader);
        this.waits = new Waits(tables, reader);
        this.pulses = new PulseReads(tables);
    }

    @Override
    public Optional<OrderTimeline> timeline(UUID id) {
        return reads.find(requireNonNull(id, "id")).map(this::timeline);
    }

    private OrderTimeline timeline(Order order) {
        DeadLetterFilter ofOrder = DeadLetterFilter.ALL.withOrder(order.id());
        List<OrderEvent> happened =
                store.read("the events of order " + order.id(), handle -> events.of(handle.getConnection(), order));
        Instant since = happened.stream()
                .filter(event -> event.type() == Type.REDRIVEN)
                .map(OrderEvent::at)
                .reduce(order.createdAt(), (first, last) -> last);
        return new OrderTimeline(
                order,
                happened,
                store.read("order " + order.id(), handle -> waits.of(handle.getConnection(), order, since)),
                letters.page(ofOrder, PageRequest.first(PageRequest.LARGEST)).entries());
    }

    @Override
    public Page<Order> latest(Set<OrderStatus> statuses, PageRequest page) {
        Set<OrderStatus> wanted = Set.copyOf(statuses);
        for (OrderStatus status : List.of(OrderStatus.PENDING, OrderStatus.PARKED, OrderStatus.ARCHIVED)) {
            if (wanted.contains(status)) {
                throw new IllegalArgumentException("status must be one of a decided order that is there: " + status);
            }
        }
        OptionalLong bound = DecidedOrders.number(page);
        return store.read(
                "the latest orders", handle -> decided.latest(handle.getConnection(), wanted, bound, page.size()));
    }

    @Override
    public Page<Order> decidedBetween(Instant from, Instant until, PageRequest page) {
        OptionalLong after = DecidedOrders.number(page);
        long first = micros(from);
        long end = micros(until);
        return store.read(
                "decided orders", handle -> decided.between(handle.getConnection(), first, end, after, page.size()));
    }

    /** No time of a column is outside these. */
    private static long micros(Instant time) {
        long seconds = Math.max(SqlTime.FIRST / PER_SECOND, Math.min(SqlTime.LAST / PER_SECOND, time.getEpochSecond()));
        return seconds * PER_SECOND + time.getNano() / 1_000;
    }

    @Override
    public List<Order> withIdPrefix(String digits, int most) {
        String prefix = digits.replace("-", "");
        if (!DIGITS.matcher(prefix).matches()) {
            throw new IllegalArgumentException("id must begin with 4 to 32 hexadecimal digits: " + digits);
        }
        checkMost(most);
        return store.read("orders by their ids", handle -> withPrefix(handle.getConnection(), prefix, most));
    }

    private List<Order> withPrefix(Connection connection, String prefix, int most) throws SQLException {
        int missing = ALL_DIGITS - prefix.length();
        List<UUID> ids = QueryRows.list(
                connection,
                "SELECT id FROM " + tables.orders() + " WHERE id >= x'" + prefix + "0".repeat(missing)
                        + "' AND id <= x'" + prefix + "f".repeat(missing) + "' ORDER BY id LIMIT " + most,
                row -> OrderIds.fromBytes(row.getBytes(1), 0));
        Map<UUID, Order> orders = reader.orders(connection, ids);
        return ids.stream().map(orders::get).filter(Objects::nonNull).toList();
    }

    @Override
    public List<WaitingOrder> waiting(Duration olderThan, int most) {
        if (olderThan.isNegative() || olderThan.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("olderThan must be between 0 and " + LONGEST + ": " + olderThan);
        }
        checkMost(most);
        return store.read(
                "orders without a verdict", handle -> waits.olderThan(handle.getConnection(), olderThan, most));
    }

    @Override
    public OrderPulse pulse(OptionalLong after) {
        if (after.isPresent() && after.getAsLong() < 0) {
            throw new IllegalArgumentException("after must be 0 or more: " + after.getAsLong());
        }
        return store.read("how the shop does", handle -> pulses.pulse(handle.getConnection(), after));
    }

    private static void checkMost(int most) {
        if (most < 1 || most > PageRequest.LARGEST) {
            throw new IllegalArgumentException("most must be between 1 and " + PageRequest.LARGEST + ": " + most);
        }
    }
}
