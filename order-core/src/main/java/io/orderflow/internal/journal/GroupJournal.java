package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The journal in the database, a row for each group: one INSERT and one commit, whatever others do. It waits for no
 * lock, and no key of its own can be taken. An order's own row is written with its verdict, so an order that has a key,
 * or an id of the host's own, is looked for: in the rows, and in what this process has accepted. Where that is more
 * than can be remembered, such orders are written as rows.
 */
public final class GroupJournal implements Journal {
    private final Tables tables;
    private final OrderReader reader;
    private final JournalSession session;
    private final RowJournal rows;
    private final AcceptedOrders accepted;
    private final Clock clock;

    /**
     * Journals into the tables.
     *
     * @param sessions opens sessions that are not in autocommit, with a lock wait of one second
     * @param telemetry hears of inserts that lost and are tried again
     * @param accepted is told what was written
     */
    public GroupJournal(
            Tables tables, SessionHolder.Source sessions, Telemetry telemetry, AcceptedOrders accepted, Clock clock) {
        this.tables = tables;
        this.reader = new OrderReader(tables);
        this.session = new JournalSession(tables, sessions);
        this.rows = new RowJournal(tables, session, telemetry);
        this.accepted = accepted;
        this.clock = clock;
    }

    @Override
    public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
        return session.run(group, () -> {
            forgetDecided();
            Map<UUID, JournalOutcome> outcomes = new HashMap<>();
            List<OrderEntry> unknown = withoutKnown(group, outcomes);
            List<OrderEntry> named =
                    unknown.stream().filter(GroupJournal::isNamed).toList();
            if (accepted.hasRoom(named)) {
                insert(unknown, outcomes);
            } else {
                rows.insert(named, outcomes);
                insert(unknown.stream().filter(entry -> !isNamed(entry)).toList(), outcomes);
            }
            return outcomes;
        });
    }

    @Override
    public List<JournalOutcome> settle(List<OrderEntry> stuck) throws JournalException {
        return rows.settle(stuck);
    }

    @Override
    public void probe() throws JournalException {
        rows.probe();
    }

    @Override
    public void idle() {
        rows.idle();
    }

    private static boolean isNamed(OrderEntry entry) {
        return OrderIds.isNamed(entry.id());
    }

    /** Takes out what has a row, or was accepted here and is undecided. Others are not known, and need no statement. */
    private List<OrderEntry> withoutKnown(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        // before the rows are read: what a worker decides in between leaves here when its row can be read
        Map<UUID, AcceptedOrders.Accepted> here = new HashMap<>();
        entries.forEach(entry -> accepted.find(entry.id()).ifPresent(found -> here.put(entry.id(), found)));
        List<UUID> doubtful = entries.stream()
                .filter(entry -> isNamed(entry) || here.containsKey(entry.id()))
                .map(OrderEntry::id)
                .toList();
        if (doubtful.isEmpty()) {
            return entries;
        }
        session.looked();
        Map<UUID, OrderReader.Stored> stored = reader.byIds(session.get().connection(), doubtful);
        List<OrderEntry> unknown = new ArrayList<>(entries.size());
        for (OrderEntry entry : entries) {
            Optional<OrderReader.Stored> row = Optional.ofNullable(stored.get(entry.id()));
            row.ifPresent(found -> session.leans());
            Optional<OrderReader.Stored> known =
                    row.or(() -> Optional.ofNullable(here.get(entry.id())).map(CarriedOrders::stored));
            known.ifPresentOrElse(
                    found -> outcomes.put(entry.id(), JournalOutcome.ofKnown(found, entry)), () -> unknown.add(entry));
        }
        return unknown;
    }

    private void insert(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        List<GroupInsert.Carried> groups = GroupInsert.cut(entries);
        try {
            insert(groups);
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                throw e;
            }
            // the very same group is there, from an answer that was lost: a row of its own keeps this one's fate apart
            groups = groups.stream().map(GroupInsert.Carried::again).toList();
            insert(groups);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        groups.forEach(group -> accepted.add(group.id(), group.entries(), now));
        entries.forEach(entry -> outcomes.put(entry.id(), JournalOutcome.WRITTEN));
    }

    private void insert(List<GroupInsert.Carried> groups) throws SQLException {
        session.write(() -> session.get()
                .update(GroupInsert.of(tables, session.get().dialect().utcNow(), groups)));
    }

    /** What others decided is found by their groups being gone; a statement now and then. */
    private void forgetDecided() throws SQLException {
        List<UUID> asked = accepted.toAsk();
        if (asked.isEmpty()) {
            return;
        }
        session.looked();
        Set<UUID> left = new HashSet<>();
        try (Statement statement = session.get().statement();
                ResultSet row = statement.executeQuery(
                        "SELECT id FROM " + tables.pending() + " WHERE id IN (" + OrderReader.hexList(asked) + ")")) {
            while (row.next()) {
                left.add(OrderIds.fromBytes(row.getBytes(1), 0));
            }
        }
        accepted.answered(asked, left);
    }
}
