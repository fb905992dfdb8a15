package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Glance;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sessions on a server that passed its verification. Each server is verified at the first contact with it, and
 * again at the first contact after a failure, since it may be set up in another way then. It must have the tables of
 * the same shop as before, or orders of two shops would mix. Thread-safe.
 */
public final class VerifiedSessions {
    private static final Logger log = LoggerFactory.getLogger(VerifiedSessions.class);

    /** How many connections are taken in place of dead ones. */
    private static final int MOST_OTHERS = 3;

    /** What takes longer to fail was a server that does not answer. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    private final LongSupplier nanoTime;
    private final Contact contact;
    private final DataSource dataSource;
    private final Tables tables;
    private final AtomicReference<UUID> shop = new AtomicReference<>();
    private final boolean createTables;
    private final AtomicLong failures = new AtomicLong();

    /**
     * By server, how many failures had come before the verification that passed last there: one that came meanwhile
     * makes it worth nothing.
     */
    private final Map<String, Long> verified = new ConcurrentHashMap<>();

    /** Told of each server that passed. */
    @FunctionalInterface
    public interface Contact {
        /**
         * May ask it something, and leaves no transaction open.
         *
         * @throws SQLException if it does not answer; then it counts as not verified
         */
        void with(Connection connection, Dialect dialect) throws SQLException;
    }

    /**
     * Opens sessions of the host's pool.
     *
     * @param createTables whether tables that are missing at the first contact are made then
     * @param contact told of each server when it passed its verification
     */
    public VerifiedSessions(DataSource dataSource, Tables tables, boolean createTables, Contact contact) {
        this(dataSource, tables, createTables, contact, System::nanoTime);
    }

    /** The same where nobody is told. */
    public VerifiedSessions(DataSource dataSource, Tables tables, boolean createTables) {
        this(dataSource, tables, createTables, System::nanoTime);
    }

    VerifiedSessions(DataSource dataSource, Tables tables, boolean createTables, LongSupplier nanoTime) {
        this(dataSource, tables, createTables, (connection, dialect) -> {}, nanoTime);
    }

    private VerifiedSessions(
            DataSource dataSource, Tables tables, boolean createTables, Contact contact, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.contact = contact;
        this.dataSource = dataSource;
        this.tables = tables;
        this.createTables = createTables;
    }

    /** The shop whose tables these are; empty before the first contact, and from then on always the same. No I/O. */
    public Optional<UUID> shop() {
        return Optional.ofNullable(shop.get());
    }

    /**
     * Opens a session. In place of a connection that had died in the pool, which tells at once, another one is taken:
     * right after an outage a pool may still have some, and the server is there.
     *
     * @throws SQLException if the pool has no connection or the server does not answer
     * @throws SchemaException if the server or the schema cannot be used
     */
    public Session open(Session.Settings settings) throws SQLException {
        long start = nanoTime.getAsLong();
        for (int others = MOST_OTHERS; ; others--) {
            long before = failures.get();
            Connection connection = counted(() -> HostConnections.take(dataSource));
            Session session;
            try {
                session = counted(() -> Session.on(connection, settings, this::ended));
            } catch (SQLException e) {
                boolean atOnce = nanoTime.getAsLong() - start < AT_ONCE.toNanos();
                if (others == 0 || !atOnce || SqlFailure.of(e) != SqlFailure.CONNECTION_LOST) {
                    throw e;
                }
                continue;
            }
            verify(session, before);
            return session;
        }
    }

    /** Runs what talks to the server; a failure has the server verified at the next contact. */
    private <T> T counted(Session.Statements<T> statements) throws SQLException {
        try {
            return statements.run();
        } catch (Throwable e) {
            failures.incrementAndGet();
            throw e;
        }
    }

    /** The server went away under a session, or refused to work: what answers next may be another one. */
    private void ended(Throwable failure) {
        if (failure instanceof SQLException said && SqlFailure.of(said).endsConnection()) {
            failures.incrementAndGet();
        }
    }

    /** Verifies the server and the tables, unless nothing has failed since that passed there. */
    private void verify(Session session, long before) throws SQLException {
        if (verified.getOrDefault(session.server(), -1L) == before) {
            return;
        }
        try {
            counted(() -> check(session));
            verified.values().removeIf(after -> after < before);
            verified.put(session.server(), before);
        } catch (SQLException | RuntimeException | Error e) {
            session.discard(e);
            throw e;
        }
    }

    /** Leaves no transaction open. */
    private boolean check(Session session) throws SQLException {
        if (createTables) {
            TableMaker.makeWhatIsMissing(session.connection(), session.dialect(), tables);
        }
        ServerCheck.verify(session.connection(), session.dialect(), tables);
        requireSameShop(ShopId.readOrDraw(session.connection(), tables));
        contact.with(session.connection(), session.dialect());
        return true;
    }

    /**
     * Whether a query may find a row, for a look on which nothing is decided: one round trip, and no session.
     *
     * @return also true when it is not known, since the server has to be verified or did not answer
     */
    public boolean mayFind(String query) {
        if (!verified.containsValue(failures.get())) {
            return true;
        }
        try {
            return counted(() -> Glance.finds(dataSource, query));
        } catch (SQLException e) {
            log.debug("the database could not be looked at: {}", SqlFailure.reason(e));
            return true;
        }
    }

    private void requireSameShop(UUID found) {
        UUID before = shop.compareAndExchange(null, found);
        if (before == null) {
            log.info("the tables {}* are those of shop {}", tables.prefix(), found);
        } else if (!before.equals(found)) {
            throw new SchemaException("the tables " + tables.prefix() + "* are now those of shop " + found
                    + ", and this process works for shop " + before
                    + "; lead it back to its database, or restart it if it is to work for the other shop");
        }
    }
}
