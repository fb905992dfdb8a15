package io.orderflow.internal.admin;

import io.orderflow.DeadLetterReason;
import io.orderflow.Order;
import io.orderflow.OrderEvent;
import io.orderflow.OrderEvent.Type;
import io.orderflow.RejectReason;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.engine.HoldEnd;
import io.orderflow.internal.engine.Members;
import io.orderflow.internal.engine.Members.Member;
import io.orderflow.internal.engine.OrderChange.Kind;
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
import java.util.List;
import java.util.Optional;

/** What happened to one order after it was accepted. Thread-safe. */
final class OrderEvents {
    /** Servers of a cluster draw numbers beside each other, and a clock may be set back. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private static final String BATCH = "SELECT id, kind, size, members, " + SqlTime.micros("decided_at") + " FROM ";

    private final Tables tables;
    private final BatchTimes times;

    OrderEvents(Tables tables) {
        this.tables = tables;
        this.times = new BatchTimes(tables);
    }

    /** Oldest first. */
    List<OrderEvent> of(Connection connection, Order order) throws SQLException {
        List<OrderEvent> events = new ArrayList<>();
        decision(connection, order, events);
        changes(connection, order, events);
        setAside(connection, order, events);
        events.sort(Comparator.comparing(OrderEvent::position));
        return events;
    }

    /** What it came to, as its batch tells it: its row tells what became of it since. */
    private void decision(Connection connection, Order order, List<OrderEvent> into) throws SQLException {
        if (order.decision().isPresent()) {
            long number = order.decision().getAsLong();
            String which = " WHERE id = " + DecisionNumber.batch(number);
            members(connection, order, which, (kind, event, member) -> {
                if (kind == BatchKind.DECIDED && event.position() == number) {
                    Type type = EventTypes.ofVerdict(Codes.statusOfVerdict(member.code()));
                    Optional<RejectReason> reason = Codes.reasonOfVerdict(member.code());
                    into.add(event.as(type, reason, Optional.empty(), type == Type.REJECTED ? 0 : order.total()));
                }
            });
        }
    }

    /** No index has that: the batches of the time in which the order was undecided are looked through. */
    private void setAside(Connection connection, Order order, List<OrderEvent> into) throws SQLException {
        Instant from = order.createdAt().minus(MARGIN);
        long micros = from.getEpochSecond() * 1_000_000 + from.getNano() / 1_000;
        String until = order.decision().isPresent()
                ? " AND id <= " + DecisionNumber.batch(order.decision().getAsLong())
                : "";
        String which = " WHERE id >= " + times.firstFrom(connection, micros) + until + " AND kind IN ("
                + BatchKind.PARKED.code() + "," + BatchKind.REDRIVEN.code() + ")";
        members(connection, order, which, (kind, event, member) -> {
            Optional<DeadLetterReason> reason =
                    kind == BatchKind.PARKED ? Codes.deadLetterReason(member.code()) : Optional.empty();
            Type type = kind == BatchKind.PARKED ? Type.PARKED : Type.REDRIVEN;
            into.add(event.as(type, Optional.empty(), reason, 0));
        });
    }

    private interface Look {
        void at(BatchKind kind, Happened event, Member member);
    }

    /** Something happened to the order, and it is not said what. */
    private record Happened(Order order, long position, Instant at) {
        OrderEvent as(Type type, Optional<RejectReason> rejected, Optional<DeadLetterReason> parked, long amount) {
            return new OrderEvent(
                    position, type, order.id(), at, rejected, parked, amount, Optional.empty(), Optional.of(order));
        }
    }

    /** Looks at each place of the order among the members of batches. */
    private void members(Connection connection, Order order, String which, Look look) throws SQLException {
        QueryRows.each(connection, BATCH + tables.batch() + which, row -> {
            BatchKind kind = BatchKind.of(row.getInt(2));
            byte[] bytes = row.getBytes(4);
            List<Member> members = bytes == null ? List.of() : Members.read(kind, bytes, row.getInt(3));
            for (int place = 0; place < members.size(); place++) {
                if (members.get(place).id().equals(order.id())) {
                    long position = DecisionNumber.of(row.getLong(1), place);
                    look.at(kind, new Happened(order, position, SqlTime.instant(row, 5)), members.get(place));
                }
            }
        });
    }

    private void changes(Connection connection, Order order, List<OrderEvent> into) throws SQLException {
        String sql = "SELECT c.batch_id, c.place, c.kind, c.amount, c.reference, " + SqlTime.micros("b.decided_at")
                + " FROM " + tables.orderChange() + " c JOIN " + tables.batch()
                + " b ON b.id = c.batch_id WHERE c.order_id = " + SqlText.id(order.id());
        QueryRows.look(
                connection,
                sql,
                row -> into.add(new OrderEvent(
                        DecisionNumber.of(row.getLong(1), row.getInt(2)),
                        EventTypes.ofChange(Kind.of(row.getInt(3))),
                        order.id(),
                        SqlTime.instant(row, 6),
                        Optional.empty(),
                        Optional.empty(),
                        row.getLong(4),
                        Optional.of(row.getString(5)).filter(name -> !name.equals(HoldEnd.EXPIRED)),
                        Optional.of(order))));
    }
}
