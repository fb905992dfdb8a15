package io.orderflow.examples.loadtest.counting;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/**
 * The database's clock, as it was read once; from then on the time of this process is added. So it is of use for a test
 * of some hours, and as exact as half the shortest way to the server and back. Immutable.
 */
public final class DatabaseClock {
    private static final int LOOKS = 5;

    private final Instant at;
    private final long nanos;

    DatabaseClock(Instant at, long nanos) {
        this.at = at;
        this.nanos = nanos;
    }

    /** Asks the server for its time; H2 is in this process and has the clock of it. */
    public static DatabaseClock read(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            if (connection.getMetaData().getDatabaseProductName().equals("H2")) {
                return new DatabaseClock(Clock.systemUTC().instant(), System.nanoTime());
            }
            DatabaseClock best = null;
            long shortest = Long.MAX_VALUE;
            for (int look = 0; look < LOOKS; look++) {
                long before = System.nanoTime();
                Instant now = now(statement);
                long took = System.nanoTime() - before;
                if (took < shortest) {
                    shortest = took;
                    best = new DatabaseClock(now, before + took / 2);
                }
            }
            return best;
        }
    }

    private static Instant now(Statement statement) throws SQLException {
        // as text: a driver would make a time of its own time zone of it
        try (ResultSet row = statement.executeQuery("SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)")) {
            row.next();
            return LocalDateTime.parse(row.getString(1).replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        }
    }

    /** How long ago something happened, by this clock; {@code now} is by {@link System#nanoTime}. */
    public Duration since(Instant event, long now) {
        return Duration.between(event, at.plusNanos(now - nanos));
    }
}
