package io.orderflow.internal.doctor;

import io.orderflow.FeedState;
import io.orderflow.internal.journal.DueHolds;
import io.orderflow.internal.journal.OldestPending;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What waits in the tables for work that nobody seems to do. */
final class WorkLook {
    private final Tables tables;
    private final Duration old;

    WorkLook(Tables tables, Duration old) {
        this.tables = tables;
        this.old = old;
    }

    /** Orders, holds and dead letters. */
    void at(Session session, FindingList findings) throws SQLException {
        Duration pending = new OldestPending(tables).age(session);
        findings.addIf(
                pending.compareTo(old) > 0,
                ServerFinding.BACKLOG_OLD,
                "the oldest order without a verdict has waited for " + pending.toSeconds() + " s");
        Duration overdue = new DueHolds(tables).oldest(session).orElse(Duration.ZERO);
        findings.addIf(
                overdue.compareTo(old) > 0,
                ServerFinding.HOLDS_OVERDUE,
                "a hold is over since " + overdue.toSeconds() + " s and has not expired");
        deadLetters(session, findings);
    }

    private void deadLetters(Session session, FindingList findings) throws SQLException {
        String query = "SELECT COUNT(*), " + SqlTime.micros("MIN(created_at)") + " FROM " + tables.deadLetter();
        QueryRows.look(session.connection(), query, row -> {
            long letters = row.getLong(1);
            if (letters > 0) {
                findings.add(
                        ServerFinding.DEAD_LETTERS,
                        letters + " dead letters, the oldest of " + SqlTime.instant(row, 2));
            }
        });
    }

    /**
     * Feeds.
     *
     * @param now a turn that ended before it is nobody's
     */
    void atFeeds(List<FeedState> feeds, Instant now, FindingList findings) {
        for (FeedState feed : feeds) {
            if (feed.lag().compareTo(old) > 0) {
                boolean read = feed.leasedUntil().filter(now::isBefore).isPresent();
                findings.add(
                        read ? ServerFinding.FEED_BEHIND : ServerFinding.FEED_STANDS_STILL,
                        "the feed " + feed.name() + " is " + feed.lag().toSeconds() + " s behind"
                                + (read ? "" : ", and no process reads it"));
            }
        }
    }
}
