package io.orderflow.internal.admin;

import io.orderflow.DeadLetterReason;
import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.WaitingOrder;
import io.orderflow.WaitingOrder.Place;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.GroupKind;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.journal.UndecidedOrders;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Orders without a verdict, and why. Locks nothing. Thread-safe. */
final class Waits {
    /** Claims that are nobody's are from before it. */
    private static final Instant CLAIMS_BEGIN = Instant.parse("1971-01-01T00:00:00Z");

    private final Tables tables;
    private final OrderReader reader;
    private final UndecidedOrders undecided;

    Waits(Tables tables, OrderReader reader) {
        this.tables = tables;
        this.reader = reader;
        this.undecided = new UndecidedOrders(tables, reader);
    }

    /** One of them, before it is known who tries it. */
    private record Wait(Order order, Place place, Instant since, Optional<Parked> parked) {}

    private record Parked(UUID order, DeadLetterReason reason, Instant since, int attempts) {}

    private record Claim(int attempts, Instant claimedAt) {}

    /** Those that have waited longer, longest first. */
    List<WaitingOrder> olderThan(Connection connection, Duration age, int most) throws SQLException {
        List<Wait> waits = new ArrayList<>();
        List<UndecidedOrders.Undecided> found = undecided.olderThan(connection, age, most);
        Map<UUID, Integer> urgent = urgent(connection, found);
        for (UndecidedOrders.Undecided one : found) {
            Place place = placeOf(one.kind(), urgent.getOrDefault(one.order().id(), Codes.PENDING));
            waits.add(new Wait(one.order(), place, one.since(), Optional.empty()));
        }
        String old = " AND d.created_at <= " + Dialect.of(connection).utcBefore(age.toMillis());
        List<Parked> parked = parked(connection, old, most);
        Map<UUID, Order> orders =
                reader.orders(connection, parked.stream().map(Parked::order).toList());
        for (Parked letter : parked) {
            Order order = orders.get(letter.order());
            if (order != null && order.status() == OrderStatus.PARKED) {
                waits.add(new Wait(order, Place.PARKED, letter.since(), Optional.of(letter)));
            }
        }
        waits.sort(Comparator.comparing(Wait::since));
        return described(connection, waits.subList(0, Math.min(most, waits.size())));
    }

    /**
     * How one waits; empty when it is decided.
     *
     * @param since when it was brought back last; its acceptance if it never was
     */
    Optional<WaitingOrder> of(Connection connection, Order order, Instant since) throws SQLException {
        if (order.status().isVerdict()) {
            return Optional.empty();
        }
        if (order.status() == OrderStatus.PARKED) {
            Optional<Parked> letter = parked(connection, " AND d.order_id = " + SqlText.id(order.id()), 1).stream()
                    .findFirst();
            Instant from = letter.map(Parked::since).orElse(since);
            return described(connection, List.of(new Wait(order, Place.PARKED, from, letter))).stream()
                    .findFirst();
        }
        Integer status = reader.statuses(connection, List.of(order.id())).get(order.id());
        Place place = status == null ? Place.GROUP : placeOf(status);
        return described(connection, List.of(new Wait(order, place, since, Optional.empty()))).stream()
                .findFirst();
    }

    /** The statuses of those whose groups do not tell who accepted them. */
    private Map<UUID, Integer> urgent(Connection connection, List<UndecidedOrders.Undecided> found)
            throws SQLException {
        List<UUID> ids = found.stream()
                .filter(one -> one.kind() == GroupKind.URGENT)
                .map(one -> one.order().id())
                .toList();
        return ids.isEmpty() ? Map.of() : reader.statuses(connection, ids);
    }

    private static Place placeOf(GroupKind kind, int status) {
        return switch (kind) {
            case CARRYING -> Place.GROUP;
            case WRITTEN -> Place.ROW;
            case PLACED -> Place.PLACED;
            case URGENT -> placeOf(status);
        };
    }

    private static Place placeOf(int status) {
        return status == Codes.PLACED ? Place.PLACED : Place.ROW;
    }

    private List<Parked> parked(Connection connection, String which, int most) throws SQLException {
        return QueryRows.list(
                connection,
                "SELECT d.order_id, d.reason, " + SqlTime.micros("d.created_at") + ", d.attempts FROM "
                        + tables.deadLetter() + " d JOIN " + tables.orders()
                        + " o ON o.id = d.order_id WHERE o.status = "
                        + Codes.PARKED + " AND d.reason IN (" + Codes.of(DeadLetterReason.POISON) + ","
                        + Codes.of(DeadLetterReason.CRASHED_WORKER) + ")" + which + " ORDER BY d.created_at LIMIT "
                        + most,
                row -> new Parked(
                        OrderIds.fromBytes(row.getBytes(1), 0),
                        Codes.deadLetterReason(row.getInt(2)).orElseThrow(),
                        SqlTime.instant(row, 3),
                        row.getInt(4)));
    }

    private List<WaitingOrder> described(Connection connection, List<Wait> waits) throws SQLException {
        Map<UUID, Claim> claims =
                claims(connection, waits.stream().map(wait -> wait.order().id()).toList());
        Instant now = QueryRows.list(
                        connection,
                        "SELECT " + SqlTime.micros(Dialect.of(connection).utcNow()),
                        row -> SqlTime.instant(row, 1))
                .get(0);
        return waits.stream()
                .map(wait -> described(
                        wait, Optional.ofNullable(claims.get(wait.order().id())), now))
                .toList();
    }

    private static WaitingOrder described(Wait wait, Optional<Claim> claim, Instant now) {
        Duration age = Duration.between(wait.since(), now);
        return new WaitingOrder(
                wait.order(),
                wait.place(),
                wait.since(),
                age.isNegative() ? Duration.ZERO : age,
                wait.parked()
                        .map(Parked::attempts)
                        .orElse(claim.map(Claim::attempts).orElse(0)),
                claim.map(Claim::claimedAt).filter(CLAIMS_BEGIN::isBefore),
                wait.parked().map(Parked::reason));
    }

    private Map<UUID, Claim> claims(Connection connection, List<UUID> orders) throws SQLException {
        Map<UUID, Claim> claims = new HashMap<>();
        for (List<UUID> piece : SqlText.pieces(orders, SqlText.PIECE)) {
            StringBuilder sql = new StringBuilder("SELECT order_id, attempts, ");
            sql.append(SqlTime.micros("claimed_at")).append(" FROM ").append(tables.attempt());
            sql.append(" WHERE order_id IN (");
            SqlText.list(sql, piece, SqlText::id);
            QueryRows.look(
                    connection,
                    sql.append(')'),
                    row -> claims.put(
                            OrderIds.fromBytes(row.getBytes(1), 0), new Claim(row.getInt(2), SqlTime.instant(row, 3))));
        }
        return claims;
    }
}
