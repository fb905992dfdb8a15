package io.orderflow.internal.cluster;

import io.orderflow.DatabaseReplication;
import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SideGlance;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the database replicates, as it last said: asked at each first contact with a server, and again when somebody
 * wants to know it and the answer is older than 10 s. Then a thread of its own asks, one at a time, and the answer is
 * there for who comes later; nobody waits for it. H2 is asked once. Thread-safe.
 */
public final class KnownReplication {
    private static final Logger log = LoggerFactory.getLogger(KnownReplication.class);

    private static final Duration FRESH = Duration.ofSeconds(10);

    private final SideGlance glance;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private volatile @Nullable Known known;

    /** What was said, when that was asked for, and whether it can become another. */
    private record Known(DatabaseReplication replication, long at, boolean mayChange) {}

    /**
     * Knows nothing yet. No I/O.
     *
     * @param clock for the time that is told
     * @param nanoTime the monotonic time that makes an answer old
     */
    public KnownReplication(DataSource dataSource, Clock clock, LongSupplier nanoTime) {
        this.glance = new SideGlance("orderflow-replication", dataSource, connection -> {
            learn(connection, Dialect.of(connection));
            return true;
        });
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** What is known; empty before the first contact. No I/O. */
    public Optional<DatabaseReplication> known() {
        return Optional.ofNullable(known).map(Known::replication);
    }

    /** The same; where it is old, it is asked for meanwhile. No I/O on the caller's thread. */
    public Optional<DatabaseReplication> refreshed() {
        Known now = known;
        if (now != null && now.mayChange() && isOld(now)) {
            glance.ask();
        }
        return known();
    }

    private boolean isOld(Known now) {
        return nanoTime.getAsLong() - now.at() > FRESH.toNanos();
    }

    /**
     * Asks the server behind a connection, which is left without an open transaction. Nobody decides by the answer, so
     * one that cannot be read, or is refused, is {@link Degree#UNKNOWN} and no failure.
     *
     * @throws SQLException if the connection is lost
     */
    public void learn(Connection connection, Dialect dialect) throws SQLException {
        long start = nanoTime.getAsLong();
        DatabaseReplication now = ask(connection, dialect);
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        keep(now, start, dialect);
    }

    private DatabaseReplication ask(Connection connection, Dialect dialect) throws SQLException {
        try {
            return ReplicationProbe.ask(connection, dialect, clock);
        } catch (SQLException | RuntimeException e) {
            if (e instanceof SQLException sql && SqlFailure.of(sql) == SqlFailure.CONNECTION_LOST) {
                throw sql;
            }
            String why = "the server's answer could not be read: " + SqlFailure.reason(e);
            return new DatabaseReplication(Degree.UNKNOWN, OptionalInt.empty(), Optional.empty(), why, clock.instant());
        }
    }

    /** A question that took long, to a server that was left since, has an older answer than what is known. */
    private void keep(DatabaseReplication now, long asked, Dialect dialect) {
        Known before;
        synchronized (this) {
            before = known;
            if (before != null && before.at() - asked > 0) {
                return;
            }
            known = new Known(now, asked, dialect != Dialect.H2);
        }
        if (before == null ? dialect != Dialect.H2 : before.replication().degree() != now.degree()) {
            tell(before, now);
        }
    }

    private static void tell(@Nullable Known before, DatabaseReplication now) {
        if (before != null
                && before.replication().degree().onAnotherServer()
                && !now.degree().onAnotherServer()) {
            log.warn(
                    "a commit that is answered is on this server alone from now on, and a fail-over may lose accepted"
                            + " orders: {}; before: {}",
                    now.detail(),
                    before.replication().detail());
        } else {
            log.info("how far the database replicates a commit: {} ({})", now.degree(), now.detail());
        }
    }
}
