package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.RetryCause;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The journal in the database, a row for each order: a group is one multi-row INSERT, the row that names its orders,
 * and one commit. A duplicate key or a lock wait takes the slow way: the ids are read back and what is free is inserted
 * again. A duplicate that two reads do not explain is found by inserting halves. Never IGNORE, and no row count of an
 * upsert: both say less than what must be known.
 */
public final class RowJournal implements Journal {
    /** How often an insert is repeated that lost against other transactions before what is left waits apart. */
    private static final int ATTEMPTS = 5;

    /**
     * Most inserts of a search by halves, enough for three among 500; what it did not come to is looked at in the next
     * one.
     */
    private static final int SEARCH = 64;

    private static final JournalOutcome HIDDEN =
            new JournalOutcome.Stuck("its row is there and cannot be read back; is it read from a replica that lags?");
    private static final JournalOutcome LOST =
            new JournalOutcome.Stuck("its insert lost against other transactions again and again");

    private final Tables tables;
    private final OrderReader reader;
    private final JournalSession session;
    private final Telemetry telemetry;
    private final HiddenRows hidden = new HiddenRows(System::nanoTime);

    /**
     * Journals into the tables.
     *
     * @param sessions opens sessions that are not in autocommit, with a lock wait of one second
     * @param telemetry hears of inserts that lost and are tried again
     */
    public RowJournal(Tables tables, SessionHolder.Source sessions, Telemetry telemetry) {
        this(tables, new JournalSession(tables, sessions), telemetry);
    }

    RowJournal(Tables tables, JournalSession session, Telemetry telemetry) {
        this.tables = tables;
        this.reader = new OrderReader(tables);
        this.session = session;
        this.telemetry = telemetry;
    }

    @Override
    public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
        return session.run(group, () -> insert(group, nothing(), new HashMap<>()));
    }

    @Override
    public List<JournalOutcome> settle(List<OrderEntry> stuck) throws JournalException {
        return session.run(stuck, () -> {
            Map<UUID, JournalOutcome> outcomes = new HashMap<>();
            List<OrderEntry> free = withoutHidden(withoutTaken(stuck, outcomes), outcomes);
            return insert(withoutLocked(free, outcomes), nothing(), outcomes);
        });
    }

    @Override
    public void probe() throws JournalException {
        session.run(List.of(), () -> {
            session.get()
                    .transaction(() -> session.get()
                            .update("UPDATE " + tables.schemaVersion() + " SET version = version WHERE id = "
                                    + Tables.VERSION));
            return Map.of();
        });
    }

    @Override
    public void idle() {
        session.giveBack();
    }

    private CarryingInsert nothing() {
        return new CarryingInsert(tables, List.of());
    }

    /**
     * Writes what is free of the entries, and groups that carry others; within a call of the session.
     *
     * @return the entries' outcomes
     */
    Map<UUID, JournalOutcome> insert(
            Collection<OrderEntry> entries, CarryingInsert beside, Map<UUID, JournalOutcome> outcomes)
            throws SQLException, JournalException {
        insertRows(entries, beside, outcomes);
        if (beside.isLeft()) {
            insertAll(List.of(), beside, outcomes);
        }
        return outcomes;
    }

    private void insertRows(Collection<OrderEntry> entries, CarryingInsert beside, Map<UUID, JournalOutcome> outcomes)
            throws SQLException, JournalException {
        List<OrderEntry> left = new ArrayList<>(entries);
        left.sort((a, b) -> OrderIds.compare(a.id(), b.id()));
        boolean waited = false;
        boolean puzzled = false;
        for (int attempt = 1; !left.isEmpty() && attempt <= ATTEMPTS; attempt++) {
            try {
                insertAll(left, beside, outcomes);
                return;
            } catch (SQLException e) {
                SqlFailure failure = SqlFailure.of(e);
                if (failure != SqlFailure.CONTENTION && failure != SqlFailure.DUPLICATE_KEY) {
                    throw e;
                }
                retried(e, failure);
                int before = left.size();
                left = explained(left, failure, outcomes);
                boolean unexplained = left.size() == before;
                if (SqlFailure.isLockWait(e)) {
                    if (waited || unexplained) {
                        throw session.failed(
                                before, true, "a lock that is on none of their rows is held by others: ", e);
                    }
                    waited = true;
                } else if (failure == SqlFailure.DUPLICATE_KEY && unexplained) {
                    if (puzzled) {
                        halve(left, beside, outcomes, SEARCH);
                        return;
                    }
                    puzzled = true;
                }
            }
        }
        left.forEach(entry -> outcomes.put(entry.id(), LOST));
    }

    private void insertAll(List<OrderEntry> entries, CarryingInsert beside, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        Session open = session.get();
        session.write(() -> {
            if (!entries.isEmpty()) {
                String now = open.dialect().utcNow();
                open.update(OrderInsert.rows(tables, now, Codes.PENDING, entries));
                open.update(OrderInsert.groups(tables, now, entries));
            }
            beside.write(open);
            return null;
        });
        beside.committed();
        for (OrderEntry entry : entries) {
            outcomes.put(entry.id(), JournalOutcome.WRITTEN);
            hidden.forget(entry.id());
        }
    }

    /** Takes out what the insert's failure was about, as far as reads show it; each has its outcome then. */
    private List<OrderEntry> explained(List<OrderEntry> entries, SqlFailure failure, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        List<OrderEntry> left = withoutHidden(withoutTaken(entries, outcomes), outcomes);
        // H2 calls a key that another transaction has inserted and not committed a duplicate, if it is not the first
        // row
        return failure == SqlFailure.CONTENTION || left.size() == entries.size() ? withoutLocked(left, outcomes) : left;
    }

    /**
     * Inserts each half alone, and halves again what meets a duplicate, until what is alone is the one whose row is
     * hidden.
     *
     * @return how many inserts of the search are left
     */
    private int halve(List<OrderEntry> entries, CarryingInsert beside, Map<UUID, JournalOutcome> outcomes, int inserts)
            throws SQLException {
        if (entries.size() == 1) {
            hidden.add(entries.get(0).id());
        }
        if (entries.size() == 1 || inserts < 2) {
            entries.forEach(entry -> outcomes.put(entry.id(), HIDDEN));
            return inserts;
        }
        int left = inserts - 2;
        int middle = entries.size() / 2;
        for (List<OrderEntry> half : List.of(entries.subList(0, middle), entries.subList(middle, entries.size()))) {
            try {
                insertAll(half, beside, outcomes);
            } catch (SQLException e) {
                if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                    throw e;
                }
                left = halve(half, beside, outcomes, left);
            }
        }
        return left;
    }

    private List<OrderEntry> withoutHidden(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes) {
        List<OrderEntry> others = new ArrayList<>();
        for (OrderEntry entry : entries) {
            if (hidden.contains(entry.id())) {
                outcomes.put(entry.id(), HIDDEN);
            } else {
                others.add(entry);
            }
        }
        return others;
    }

    private void retried(SQLException e, SqlFailure failure) {
        telemetry.retried(RetryCause.of(failure));
        if (SqlFailure.isDeadlock(e)) {
            telemetry.deadlocked();
        }
    }

    /** Takes out the entries whose ids have committed rows. */
    List<OrderEntry> withoutTaken(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes) throws SQLException {
        session.looked();
        Map<UUID, OrderReader.Stored> taken = reader.byIds(session.get().connection(), ids(entries));
        List<OrderEntry> free = new ArrayList<>();
        for (OrderEntry entry : entries) {
            OrderReader.Stored stored = taken.get(entry.id());
            if (stored == null) {
                free.add(entry);
                continue;
            }
            hidden.forget(entry.id());
            session.leans();
            outcomes.put(entry.id(), JournalOutcome.ofKnown(stored, entry));
        }
        return free;
    }

    /**
     * Takes out the entries whose ids another transaction has inserted and not committed: a dirty read sees them
     * without waiting.
     */
    private List<OrderEntry> withoutLocked(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        if (entries.isEmpty()) {
            return entries;
        }
        Set<UUID> locked = OrderReader.written(session.get(), tables, ids(entries));
        locked.forEach(id -> outcomes.put(id, JournalOutcome.STUCK));
        return new ArrayList<>(
                entries.stream().filter(entry -> !locked.contains(entry.id())).toList());
    }

    private static List<UUID> ids(List<OrderEntry> entries) {
        return entries.stream().map(OrderEntry::id).toList();
    }
}
