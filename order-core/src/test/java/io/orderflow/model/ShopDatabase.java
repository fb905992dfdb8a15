package io.orderflow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.DeadLetterOffice;
import io.orderflow.Deciding;
import io.orderflow.Inventory;
import io.orderflow.OrderArchive;
import io.orderflow.OrderChanges;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.Wallets;
import io.orderflow.internal.admin.Adjustments;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.admin.Audit;
import io.orderflow.internal.admin.JdbcDeadLetterOffice;
import io.orderflow.internal.admin.JdbcDeciding;
import io.orderflow.internal.admin.JdbcInventory;
import io.orderflow.internal.admin.JdbcOrderChanges;
import io.orderflow.internal.admin.JdbcWallets;
import io.orderflow.internal.admin.KnownPause;
import io.orderflow.internal.admin.OrderReads;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.archive.JdbcOrderArchive;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.ExpiryTransaction;
import io.orderflow.internal.engine.HoldExpiry;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.feed.JdbcOrderFeeds;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.GroupJournal;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.JournalOutcome;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.journal.PendingOrders;
import io.orderflow.internal.journal.RowJournal;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A test database with the library's tables, a pool in front of it whose connections can be made to fail, and what
 * tests ask of it again and again. Threadsafe, the fault plan included.
 */
public final class ShopDatabase implements AutoCloseable {
    /** No autocommit. */
    public static final Session.Settings SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30));

    /** As a worker of a runner has them: a short wait for locks. */
    public static final Session.Settings WORKER_SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(30));

    /** As the journal has them: autocommit, and a short wait for locks. */
    public static final Session.Settings JOURNAL_SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(30));

    private static final int POOL = 12;

    private final TestDatabase database;
    private final DataSource outside;
    private final FaultyDataSource dataSource;
    private final Tables tables = new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX);
    private final VerifiedSessions sessions;
    private final VerifiedSessions others;
    private final Transactions transactions;
    private final Adjustments adjustments;
    private final Store store;
    private final HoldExpiry expiry = new HoldExpiry(tables);
    private volatile boolean journalsGroups;

    private ShopDatabase(TestDatabase database) {
        this.database = database;
        this.outside = database.dataSource(POOL);
        this.dataSource = new FaultyDataSource(database.dataSource(POOL), FaultPlan.NONE);
        this.sessions = new VerifiedSessions(dataSource, tables, false);
        this.others = new VerifiedSessions(outside, tables, false);
        this.transactions = new Transactions(sessions, new Apart(), Duration.ofSeconds(60));
        this.adjustments = new Adjustments(tables, transactions);
        this.store = new Store(dataSource);
    }

    /**
     * A fresh database of a kind, with empty tables.
     *
     * @throws org.opentest4j.TestAbortedException if there is no such server and the run does not demand it
     */
    public static ShopDatabase open(TestDatabase.Kind kind) {
        ShopDatabase shop = new ShopDatabase(TestDatabase.open(kind));
        OrderSchema.of(shop.dataSource).createOrUpgrade();
        return shop;
    }

    /** The database below. */
    public TestDatabase database() {
        return database;
    }

    /** Which one it is. */
    public TestDatabase.Kind kind() {
        return database.kind();
    }

    /** The pool; its connections fail as its plan says. */
    public FaultyDataSource dataSource() {
        return dataSource;
    }

    /** Orders that groups carry, as a process sees them that accepted none. */
    public CarriedOrders carried() {
        return new CarriedOrders(tables, new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime));
    }

    /** The tables' names. */
    public Tables tables() {
        return tables;
    }

    /** Sessions on this database. */
    public VerifiedSessions sessions() {
        return sessions;
    }

    /** A session as a worker has it, the caller's to close. */
    public Session session() {
        try {
            return sessions.open(SETTINGS);
        } catch (SQLException e) {
            throw new AssertionError(this + " gives no session", e);
        }
    }

    /** Products, their prices and their stock. */
    public Inventory inventory() {
        return new JdbcInventory(tables, store, adjustments);
    }

    /** The buyers' wallets. */
    public Wallets wallets() {
        return new JdbcWallets(tables, store, adjustments);
    }

    /** Changes of orders. */
    public OrderChanges changes() {
        return changes(() -> {});
    }

    /**
     * The same.
     *
     * @param changed told after each commit
     */
    public OrderChanges changes(Runnable changed) {
        return new JdbcOrderChanges(tables, transactions, carried(), orders -> {}, changed, Telemetry.NONE);
    }

    /** Pauses and resumes deciding, as a process of its own does. */
    public Deciding deciding() {
        KnownPause known = new KnownPause(outside, tables, System::nanoTime);
        return new JdbcDeciding(tables, store, transactions, known, () -> {});
    }

    /** What was set aside. */
    public DeadLetterOffice deadLetters() {
        return deadLetters(Duration.ofSeconds(60), () -> {});
    }

    /**
     * The same.
     *
     * @param timeout longest time of one change
     * @param redriven told when there are orders that wait again
     */
    public DeadLetterOffice deadLetters(Duration timeout, Runnable redriven) {
        OrderReads orders = new OrderReads(store, new OrderReader(tables), carried());
        Transactions own = new Transactions(sessions, new Apart(), timeout);
        return new JdbcDeadLetterOffice(tables, store, orders, own, redriven);
    }

    /** Everything that happened to orders, as a process of its own reads it; the caller's to close. */
    public JdbcOrderFeeds feeds() {
        return new JdbcOrderFeeds(
                tables, store, transactions, sessions, new OrderReader(tables), new Outages(System::nanoTime));
    }

    /** Takes old orders out. */
    public OrderArchive archive() {
        return new JdbcOrderArchive(tables, store, transactions, new OrderReader(tables));
    }

    /** Reads on the pool. */
    public Store store() {
        return store;
    }

    /** Recomputes everything from the records. */
    public AuditReport audit() {
        try (Connection connection = dataSource.getConnection()) {
            return new Audit(connection, tables, difference -> {}).run();
        } catch (SQLException e) {
            throw new AssertionError(this + " cannot be audited", e);
        }
    }

    /** Fails unless the records agree with each other, and with the model when they are replayed. */
    public void assertSound() {
        AuditReport report = audit();
        assertTrue(report.ok(), report::toString);
        try {
            assertEquals(List.of(), ReplayCheck.verify(dataSource, tables.prefix()));
        } catch (SQLException e) {
            throw new AssertionError(this + " cannot be replayed", e);
        }
    }

    /** Decides orders as one batch that the queue delivered. */
    public BatchResult decide(List<OrderEntry> orders) {
        try (Session session = session()) {
            return new Engine(tables, Step.Watcher.NONE).decide(session, orders);
        } catch (SQLException e) {
            throw new AssertionError(this + " decided nothing", e);
        }
    }

    /** Expires what is reserved, whatever its deadline, and says what became of each. */
    public List<ExpiryTransaction.Fate> expire(List<OrderEntry> orders) {
        return expire(orders, expiry::expire);
    }

    /** The same, but for what others hold. */
    public List<ExpiryTransaction.Fate> expireAround(List<OrderEntry> orders) {
        return expire(orders, expiry::expireAround);
    }

    /** One of the ways to expire. */
    @FunctionalInterface
    private interface Expire {
        Optional<HoldExpiry.Piece> run(Session session, List<UUID> orders) throws SQLException;
    }

    private List<ExpiryTransaction.Fate> expire(List<OrderEntry> orders, Expire way) {
        try (Session session = session()) {
            return way.run(session, orders.stream().map(OrderEntry::id).toList())
                    .orElseThrow()
                    .fates();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes {@link #journal} write groups that carry their orders, or rows, as at first. */
    public void journalGroups(boolean groups) {
        journalsGroups = groups;
    }

    /** Writes orders into the journal, where they wait for their decision. */
    public void journal(List<OrderEntry> orders) {
        if (journalsGroups) {
            journalGroup(orders);
        } else {
            journalRows(orders);
        }
    }

    /** Writes orders into the journal, each with a row of its own. */
    public void journalRows(List<OrderEntry> orders) {
        write(new RowJournal(tables, () -> sessions.open(JOURNAL_SETTINGS), Telemetry.NONE), orders);
    }

    /**
     * Writes orders into the journal of a process that remembers nothing of them, as a group that carries them; outside
     * the pool whose connections can be made to fail.
     */
    public void journalGroup(List<OrderEntry> orders) {
        AcceptedOrders accepted = new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime);
        SessionHolder.Source source = () -> others.open(JOURNAL_SETTINGS);
        write(
                new GroupJournal(tables, source, Telemetry.NONE, accepted, OrderIds::isMadeHere, Clock.systemUTC()),
                orders);
    }

    private void write(Journal journal, List<OrderEntry> orders) {
        try {
            List<JournalOutcome> outcomes = journal.write(orders);
            assertTrue(outcomes.stream().allMatch(JournalOutcome.WRITTEN::equals), outcomes::toString);
        } catch (JournalException e) {
            throw new AssertionError(this + " journaled nothing", e);
        } finally {
            journal.idle();
        }
    }

    /** Takes out the groups of the journal whose orders are all decided, as recovery does. */
    public void takeOutDecidedGroups() {
        try (Session session = session()) {
            PendingOrders search = new PendingOrders(tables);
            search.overdue(session, new PendingOrders.Wanted(Duration.ofHours(1), id -> false, 1, true));
        } catch (SQLException e) {
            throw new AssertionError(this + " could not be searched", e);
        }
    }

    /**
     * A connection outside the pool and without autocommit, for a transaction of somebody else; the caller's to close.
     */
    public Connection foreign() throws SQLException {
        Connection connection = outside.getConnection();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return connection;
    }

    /** Executes one statement outside the pool, and returns how many rows it matched. */
    public int execute(String sql) {
        try (Connection connection = outside.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new AssertionError(this + " refused " + sql, e);
        }
    }

    /** A query's rows as text, with spaces between the columns. */
    public List<String> read(String query) {
        try (Connection connection = outside.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (row.next()) {
                StringJoiner columns = new StringJoiner(" ");
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    columns.add(row.getString(i));
                }
                values.add(columns.toString());
            }
            return values;
        } catch (SQLException e) {
            throw new AssertionError(this + " refused " + query, e);
        }
    }

    /** How many rows a table has. */
    public long count(String table) {
        return Long.parseLong(read("SELECT COUNT(*) FROM " + table).get(0));
    }

    /** Takes all rows out of the tables, and ends a pause; decision numbers go on where they were. */
    public void empty() {
        try (Connection connection = foreign();
                Statement statement = connection.createStatement()) {
            for (String table : all()) {
                statement.executeUpdate("DELETE FROM " + table);
            }
            statement.executeUpdate("UPDATE " + tables.schemaVersion()
                    + " SET paused_at = NULL, paused_by = NULL, pause_reason = NULL WHERE id = " + Tables.PAUSE);
            connection.commit();
        } catch (SQLException e) {
            throw new AssertionError(this + " could not be emptied", e);
        }
    }

    private List<String> all() {
        return List.of(
                tables.orders(),
                tables.pending(),
                tables.orderLine(),
                tables.wallet(),
                tables.stock(),
                tables.purchase(),
                tables.adjustment(),
                tables.orderChange(),
                tables.refundLine(),
                tables.hold(),
                tables.batch(),
                tables.feed(),
                tables.opening(),
                tables.attempt(),
                tables.deadLetter());
    }

    @Override
    public void close() {
        database.close();
    }

    @Override
    public String toString() {
        return database.toString();
    }
}
