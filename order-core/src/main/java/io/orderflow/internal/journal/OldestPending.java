package io.orderflow.internal.journal;

import io.orderflow.internal.journal.PendingGroups.Head;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** How long orders of the journal wait for their decision. Thread-safe. */
public final class OldestPending {
    private final Tables tables;

    /** Reads from the tables. */
    public OldestPending(Tables tables) {
        this.tables = tables;
    }

    /** How long the oldest order without a verdict has waited, by the database's clock; zero when there is none. */
    public Duration age(Session session) throws SQLException {
        long oldest = 0;
        for (GroupKind kind : GroupKind.CARRYING_FIRST) {
            oldest = Math.max(oldest, oldest(session, kind));
        }
        return Duration.of(oldest, ChronoUnit.MICROS);
    }

    /** What is decided and not taken out yet is walked over, up to a bound: only then it is told too old. */
    private long oldest(Session session, GroupKind kind) throws SQLException {
        PendingGroups groups = new PendingGroups(tables, session);
        List<Head> heads = groups.after(Optional.empty(), kind);
        for (Head head : heads) {
            List<UUID> orders = groups.orders(List.of(head.id())).getOrDefault(head.id(), List.of());
            if (!groups.undecided(kind, orders).isEmpty()) {
                return head.age();
            }
        }
        return heads.size() < PendingGroups.PAGE
                ? 0
                : heads.get(heads.size() - 1).age();
    }
}
