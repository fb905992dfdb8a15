package io.orderflow.internal.journal;

import io.orderflow.SchemaException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Codes;
import io.orderflow.internal.journal.JournalException.Fate;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.RetryCause;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The journal in the database: one multi-row INSERT in autocommit for a group, which is one round trip and one commit. A
 * duplicate key or a lock wait takes the slow way: the ids are read back and what is free is inserted again. Never IGNORE,
 * and no row count of an upsert: both say less than what must be known.
 */
public final class JdbcJournal implements Journal {
    /** How often an insert is repeated that lost against other transactions before its group is given up. */
    private static final int ATTEMPTS = 5;

    private final Tables tables;
    private final OrderReader reader;
    private final SessionSource sessions;
    private final Telemetry telemetry;
    private Session session;

    /** Journals into the tables, and tells nobody how. */
    public JdbcJournal(Tables tables, SessionSource sessions) {
        this(tables, sessions, Telemetry.NONE);
    }

    /**
     * Journals into the tables.
     *
     * @param telemetry hears of inserts that lost and are tried again
     */
    public JdbcJournal(Tables tables, SessionSource sessions, Telemetry telemetry) {
        this.telemetry = telemetry;
        this.tables = tables;
        this.reader = new OrderReader(tables);
        this.sessions = sessions;
    }

    /** Opens sessions in autocommit with a lock wait of one second, on a server that passed its verification. */
    @FunctionalInterface
    public interface SessionSource {
        /**
         * Opens a session.
         *
         * @throws SQLException if the pool has no connection or the server does not answer
         * @throws SchemaException if the server can not be used as it is set up
         */
        Session open() throws SQLException;
    }

    @Override
    public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
        return run(group, () -> insert(group, new HashMap<>()));
    }

    @Override
    public List<JournalOutcome> settle(List<OrderEntry> stuck) throws JournalException {
        return run(stuck, () -> {
            Map<UUID, JournalOutcome> outcomes = new HashMap<>();
            List<OrderEntry> free = withoutTaken(stuck, outcomes);
            return insert(withoutLocked(free, outcomes), outcomes);
        });
    }

    @Override
    public void probe() throws JournalException {
        run(List.of(), () -> {
            session.update("UPDATE " + tables.schemaVersion() + " SET version = version WHERE id = " + Tables.VERSION);
            return Map.of();
        });
    }

    @Override
    public void idle() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** Does the work in the session and names the fate of the whole group when that fails. */
    private List<JournalOutcome> run(Collection<OrderEntry> group, Work work) throws JournalException {
        if (session == null) {
            open();
        }
        try {
            Map<UUID, JournalOutcome> outcomes = work.run();
            return group.stream().map(entry -> outcomes.get(entry.id())).toList();
        } catch (SQLException e) {
            // also after a refusal: the session may stand half way through the slow way
            session.discard(e);
            session = null;
            Fate fate = SqlFailure.of(e).isDefinite() ? Fate.NOTHING_WRITTEN : Fate.UNKNOWN;
            throw new JournalException(
                    fate,
                    "the journal could not write " + group.size() + " orders: "
                            + SqlFailure.withoutStatement(e.getMessage()),
                    e);
        }
    }

    private void open() throws JournalException {
        try {
            session = sessions.open();
        } catch (SQLException | SchemaException e) {
            throw new JournalException(
                    Fate.NOTHING_WRITTEN,
                    "the journal can not be used: " + SqlFailure.withoutStatement(e.getMessage()),
                    e);
        }
    }

    /** One piece of work in the session. */
    @FunctionalInterface
    private interface Work {
        Map<UUID, JournalOutcome> run() throws SQLException;
    }

    private Map<UUID, JournalOutcome> insert(Collection<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        List<OrderEntry> left = new ArrayList<>(entries);
        left.sort((a, b) -> OrderIds.compare(a.id(), b.id()));
        boolean waited = false;
        for (int attempt = 1; !left.isEmpty(); attempt++) {
            try {
                session.update(OrderInsert.text(tables, session.dialect(), Codes.PENDING, left));
                left.forEach(entry -> outcomes.put(entry.id(), JournalOutcome.WRITTEN));
                return outcomes;
            } catch (SQLException e) {
                SqlFailure failure = SqlFailure.of(e);
                boolean contended = failure == SqlFailure.CONTENTION || failure == SqlFailure.DUPLICATE_KEY;
                if (!contended || attempt == ATTEMPTS) {
                    throw e;
                }
                retried(e, failure);
                int before = left.size();
                left = withoutTaken(left, outcomes);
                // H2 calls a key that another transaction has inserted and not committed a duplicate, if it is not the
                // first row
                if (failure == SqlFailure.CONTENTION || left.size() == before) {
                    left = withoutLocked(left, outcomes);
                }
                if (failure == SqlFailure.CONTENTION) {
                    left = waited ? stuck(left, outcomes) : left;
                    waited = true;
                }
            }
        }
        return outcomes;
    }

    private void retried(SQLException e, SqlFailure failure) {
        telemetry.retried(RetryCause.of(failure));
        if (SqlFailure.isDeadlock(e)) {
            telemetry.deadlocked();
        }
    }

    /** Takes out the entries whose ids have committed rows. */
    private List<OrderEntry> withoutTaken(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        Map<UUID, OrderReader.Stored> taken = reader.byIds(session.connection(), ids(entries));
        List<OrderEntry> free = new ArrayList<>();
        for (OrderEntry entry : entries) {
            OrderReader.Stored stored = taken.get(entry.id());
            if (stored == null) {
                free.add(entry);
            } else if (stored.fingerprint().equals(entry.fingerprint())) {
                outcomes.put(entry.id(), new JournalOutcome.Duplicate(stored.order()));
            } else {
                outcomes.put(entry.id(), JournalOutcome.CONFLICT);
            }
        }
        return free;
    }

    /** Takes out the entries whose ids another transaction has inserted and not committed: a dirty read sees them without waiting. */
    private List<OrderEntry> withoutLocked(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes)
            throws SQLException {
        if (entries.isEmpty()) {
            return entries;
        }
        Set<UUID> locked = new HashSet<>();
        Connection connection = session.connection();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT id FROM " + tables.orders() + " WHERE id IN ("
                        + OrderReader.hexList(ids(entries)) + ")")) {
            while (row.next()) {
                locked.add(OrderIds.fromBytes(row.getBytes(1), 0));
            }
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        stuck(entries.stream().filter(entry -> locked.contains(entry.id())).toList(), outcomes);
        return new ArrayList<>(
                entries.stream().filter(entry -> !locked.contains(entry.id())).toList());
    }

    private static List<OrderEntry> stuck(List<OrderEntry> entries, Map<UUID, JournalOutcome> outcomes) {
        entries.forEach(entry -> outcomes.put(entry.id(), JournalOutcome.STUCK));
        return List.of();
    }

    private static List<UUID> ids(List<OrderEntry> entries) {
        return entries.stream().map(OrderEntry::id).toList();
    }
}
