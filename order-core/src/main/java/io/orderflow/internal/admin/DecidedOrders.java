package io.orderflow.internal.admin;

import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.internal.admin.DecidedBatches.Head;
import io.orderflow.internal.admin.DecidedBatches.Numbered;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Decided orders in the order of their numbers or the other way, as the rows of the batches name them. Thread-safe. */
final class DecidedOrders {
    /** Orders, and rows of other changes between them, that are looked at for one page. */
    private static final int MOST = 10_000;

    /** Rows of batches that are read first, without their members. */
    private static final int ROWS = 20;

    /** The same where those that were read did not make the page full: of small batches a page needs many. */
    private static final int MORE_ROWS = 200;

    /** Microseconds: servers of a cluster draw numbers beside each other, and a clock may be set back. */
    private static final long MARGIN = 60_000_000;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final OrderReader reader;
    private final BatchTimes times;
    private final DecidedBatches batches;

    DecidedOrders(Tables tables, OrderReader reader) {
        this.reader = reader;
        this.times = new BatchTimes(tables);
        this.batches = new DecidedBatches(tables);
    }

    /** The decision number in the word for the next page. */
    static OptionalLong number(PageRequest page) {
        if (page.after().isEmpty()) {
            return OptionalLong.empty();
        }
        String next = page.after().get();
        if (!NUMBER.matcher(next).matches()) {
            throw new IllegalArgumentException("after must be the next of a page of decided orders: " + next);
        }
        return OptionalLong.of(Long.parseLong(next));
    }

    /** Reads the latest ones before a number, latest first. */
    Page<Order> latest(Connection connection, Set<OrderStatus> statuses, OptionalLong before, int size)
            throws SQLException {
        Filling page = new Filling(connection, statuses, size);
        long below = before.orElse(Long.MAX_VALUE);
        int seen = 0;
        int most = ROWS;
        while (seen < MOST) {
            List<Head> heads = batches.upTo(connection, DecisionNumber.batch(below - 1), most);
            if (heads.isEmpty()) {
                return page.end();
            }
            while (!heads.isEmpty() && seen < MOST) {
                List<Head> some = DecidedBatches.having(page.piece(), heads);
                long end = below;
                List<Numbered> orders = batches.orders(connection, some).stream()
                        .filter(order -> order.number() < end)
                        .sorted(Comparator.comparingLong(Numbered::number).reversed())
                        .toList();
                if (page.isFullWith(orders)) {
                    return page.full();
                }
                seen += Math.max(some.size(), orders.size());
                below = DecisionNumber.of(last(some), 0);
                heads = heads.subList(some.size(), heads.size());
            }
            most = MORE_ROWS;
        }
        return page.withNext(below);
    }

    /**
     * Reads the next ones after a number that were decided in a time, in the order of their numbers.
     *
     * @param from in microseconds since 1970
     * @param until the first microsecond that is too late
     */
    Page<Order> between(Connection connection, long from, long until, OptionalLong after, int size)
            throws SQLException {
        long above = after.isPresent()
                ? after.getAsLong()
                : DecisionNumber.of(times.firstFrom(connection, from - MARGIN), 0) - 1;
        Filling page = new Filling(connection, Set.of(), size);
        int most = ROWS;
        while (true) {
            List<Head> heads = batches.from(connection, DecisionNumber.batch(above + 1), most);
            if (heads.isEmpty() || heads.get(0).at() >= until + MARGIN) {
                return page.end();
            }
            while (!heads.isEmpty()) {
                List<Head> some = DecidedBatches.having(page.piece(), heads);
                List<Head> inTime = some.stream()
                        .filter(head -> head.at() >= from && head.at() < until)
                        .toList();
                long last = above;
                List<Numbered> orders = batches.orders(connection, inTime).stream()
                        .filter(order -> order.number() > last)
                        .toList();
                if (page.isFullWith(orders)) {
                    return page.full();
                }
                above = DecisionNumber.of(last(some) + 1, 0) - 1;
                heads = heads.subList(some.size(), heads.size());
            }
            most = MORE_ROWS;
        }
    }

    private static long last(List<Head> heads) {
        return heads.get(heads.size() - 1).id();
    }

    /** A page that becomes full, and for which no more orders are read than that takes. */
    private final class Filling {
        private final Connection connection;
        private final Set<OrderStatus> statuses;
        private final int size;
        private final List<Order> found = new ArrayList<>();
        /** Orders that were read since the last one that was wanted. */
        private int passed;

        private long lastNumber;

        Filling(Connection connection, Set<OrderStatus> statuses, int size) {
            this.connection = connection;
            this.statuses = statuses;
            this.size = size;
        }

        /**
         * How many orders to read next: as many as are missing. Where none were wanted it becomes the more, so that a
         * small page behind many that are archived does not read them one by one.
         */
        int piece() {
            return statuses.isEmpty() ? Math.min(SqlText.PIECE, Math.max(size - found.size(), passed)) : SqlText.PIECE;
        }

        /** Adds those that are wanted until there are as many as asked for. */
        boolean isFullWith(List<Numbered> orders) throws SQLException {
            List<Numbered> left = orders;
            while (!left.isEmpty()) {
                List<Numbered> some = left.subList(0, Math.min(piece(), left.size()));
                if (isFullWithAll(some)) {
                    return true;
                }
                left = left.subList(some.size(), left.size());
            }
            return false;
        }

        private boolean isFullWithAll(List<Numbered> some) throws SQLException {
            List<UUID> ids = some.stream().map(Numbered::order).toList();
            Map<UUID, Order> orders = reader.orders(connection, ids);
            for (Numbered numbered : some) {
                Order order = orders.get(numbered.order());
                passed++;
                if (order != null && isOf(order, numbered) && isWanted(order)) {
                    passed = 0;
                    found.add(order);
                    lastNumber = numbered.number();
                    if (found.size() == size) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean isWanted(Order order) {
            return statuses.isEmpty() || statuses.contains(order.status());
        }

        Page<Order> full() {
            return withNext(lastNumber);
        }

        Page<Order> withNext(long next) {
            return new Page<>(found, Optional.of(Long.toString(next)));
        }

        Page<Order> end() {
            return new Page<>(found, Optional.empty());
        }
    }

    /** Whether it has its decision from there, and its content. */
    private static boolean isOf(Order order, Numbered numbered) {
        return order.decision().equals(OptionalLong.of(numbered.number())) && order.status() != OrderStatus.ARCHIVED;
    }
}
