package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.SessionHolder;
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
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The journal in the database, where a row carries a group of orders that have no names: nobody else can have their
 * ids, so they wait for no lock, and the row of each is written with its verdict. Orders with names, which may come
 * again with another content, have a row each, by which the database judges, in the same transaction. So have urgent
 * orders, which are to be decided before their frames come.
 */
public final class GroupJournal implements Journal {
    private final Tables tables;
    private final JournalSession session;
    private final RowJournal rows;
    private final AcceptedOrders accepted;
    private final Predicate<UUID> nameless;
    private final Clock clock;

    /**
     * Journals into the tables.
     *
     * @param sessions opens sessions that are not in autocommit, with a lock wait of one second
     * @param telemetry hears of inserts that lost and are tried again
     * @param accepted is told what groups carry
     * @param nameless whether an id stands for one request that nobody else has; {@link OrderIds#isMadeHere}
     */
    public GroupJournal(
            Tables tables,
            SessionHolder.Source sessions,
            Telemetry telemetry,
            AcceptedOrders accepted,
            Predicate<UUID> nameless,
            Clock clock) {
        this.tables = tables;
        this.session = new JournalSession(tables, sessions);
        this.rows = new RowJournal(tables, session, telemetry);
        this.accepted = accepted;
        this.nameless = nameless;
        this.clock = clock;
    }

    @Override
    public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
        return session.run(group, () -> {
            forgetDecided();
            Map<UUID, JournalOutcome> outcomes = new HashMap<>();
            Map<Boolean, List<OrderEntry>> byName =
                    group.stream().collect(Collectors.partitioningBy(entry -> nameless.test(entry.id())));
            Map<Boolean, List<OrderEntry>> byUrgency = withoutAccepted(byName.get(true), outcomes).stream()
                    .collect(Collectors.partitioningBy(OrderEntry::isUrgent));
            CarryingInsert carrying = new CarryingInsert(tables, byUrgency.get(false));
            List<OrderEntry> withRows = new ArrayList<>(byName.get(false));
            withRows.addAll(byUrgency.get(true));
            rows.insert(withRows, carrying, outcomes);
            remember(carrying, outcomes);
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

    /** Takes out what was accepted here: it is undecided, or has a row by now. */
    private List<OrderEntry> withoutAccepted(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        // before the rows are read: what a worker decides in between leaves here when its row can be read
        Map<UUID, AcceptedOrders.Accepted> here = new HashMap<>();
        entries.forEach(entry -> accepted.find(entry.id()).ifPresent(found -> here.put(entry.id(), found)));
        if (here.isEmpty()) {
            return entries;
        }
        Map<Boolean, List<OrderEntry>> known =
                entries.stream().collect(Collectors.partitioningBy(entry -> here.containsKey(entry.id())));
        for (OrderEntry entry : rows.withoutTaken(known.get(true), outcomes)) {
            outcomes.put(entry.id(), JournalOutcome.ofKnown(CarriedOrders.stored(here.get(entry.id())), entry));
        }
        return known.get(false);
    }

    private void remember(CarryingInsert carrying, Map<UUID, JournalOutcome> outcomes) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        for (GroupInsert.Carried group : carrying.groups()) {
            accepted.add(group.id(), group.entries(), now);
            group.entries().forEach(entry -> outcomes.put(entry.id(), JournalOutcome.WRITTEN));
        }
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
