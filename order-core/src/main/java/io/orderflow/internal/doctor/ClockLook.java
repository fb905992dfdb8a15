package io.orderflow.internal.doctor;

import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlTime;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Compares the clock of the database with that of the processor. */
final class ClockLook {
    private static final Duration MOST = Duration.ofSeconds(1);

    private final Clock clock;

    ClockLook(Clock clock) {
        this.clock = clock;
    }

    /** Looks. The answer may have been on its way for the whole time of the question. */
    void at(Session session, FindingList findings) throws SQLException {
        Instant before = clock.instant();
        Instant database = QueryRows.list(
                        session.connection(),
                        "SELECT " + SqlTime.micros(session.dialect().utcNow()),
                        row -> SqlTime.instant(row, 1))
                .get(0);
        Instant after = clock.instant();
        Duration ahead = Duration.between(after, database);
        Duration behind = Duration.between(database, before);
        if (ahead.compareTo(MOST) > 0 || behind.compareTo(MOST) > 0) {
            boolean isAhead = ahead.compareTo(behind) > 0;
            findings.add(
                    ServerFinding.CLOCK_SKEW,
                    "the database's clock is " + (isAhead ? ahead : behind).toMillis() + " ms "
                            + (isAhead ? "ahead of" : "behind") + " that of this process");
        }
    }
}
