package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.PendingGroups.Head;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How many orders of the journal wait for their verdict. Groups of decided orders stay until a worker's search takes
 * them out, and where no worker runs that is never, so the orders that the oldest groups name are looked at, by their
 * primary key. What is behind them is counted as its groups name it. Locks nothing. Thread-safe.
 */
public final class JournalBacklog {
    private final Tables tables;
    private final int most;

    /**
     * Reads from the tables.
     *
     * @param most how many orders of each kind of group are looked at; the last group may have more
     */
    public JournalBacklog(Tables tables, int most) {
        this.tables = tables;
        this.most = most;
    }

    /**
     * What waits.
     *
     * @param orders how many
     * @param urgent how many of them are urgent
     * @param oldest how long the oldest has waited, by the database's clock; zero if there is none
     */
    public record Size(long orders, long urgent, Duration oldest) {}

    /** Reads; exact where no kind of group names more orders than are looked at. */
    public Size size(Connection connection) throws SQLException {
        Look look = new Look(connection);
        for (GroupKind kind : GroupKind.CARRYING_FIRST) {
            look.at(kind);
        }
        return look.size();
    }

    /** One look. */
    private final class Look {
        private final Connection connection;
        private final PendingGroups groups;
        /** An order may be in several groups. */
        private final Set<UUID> waiting = new HashSet<>();

        private final Set<UUID> urgent = new HashSet<>();
        private long behind;
        private long urgentBehind;
        private long oldest;

        Look(Connection connection) throws SQLException {
            this.connection = connection;
            this.groups = new PendingGroups(tables, Session.ofHost(connection));
        }

        void at(GroupKind kind) throws SQLException {
            int looked = 0;
            Optional<Head> last = Optional.empty();
            Set<UUID> found = new HashSet<>();
            List<Head> page;
            do {
                page = groups.after(last, kind);
                for (int from = 0; from < page.size(); ) {
                    if (looked >= most) {
                        behind(kind, looked, page.get(from), !found.isEmpty());
                        add(kind, found);
                        return;
                    }
                    List<Head> stretch = stretch(page.subList(from, page.size()), most - looked);
                    looked += stretch.stream().mapToInt(Head::size).sum();
                    undecided(kind, stretch, found);
                    from += stretch.size();
                }
                last = page.isEmpty() ? last : Optional.of(page.get(page.size() - 1));
            } while (page.size() == PendingGroups.PAGE);
            add(kind, found);
        }

        private void add(GroupKind kind, Set<UUID> found) {
            waiting.addAll(found);
            if (kind == GroupKind.URGENT) {
                urgent.addAll(found);
            }
        }

        /** As many groups at a time as one statement asks for. */
        private List<Head> stretch(List<Head> heads, int left) {
            int orders = 0;
            int to = 0;
            while (to < heads.size() && orders < Math.min(left, SqlText.PIECE)) {
                orders += heads.get(to).size();
                to++;
            }
            return heads.subList(0, to);
        }

        /** Under light load a group is one order, which its head has. */
        private void undecided(GroupKind kind, List<Head> heads, Set<UUID> found) throws SQLException {
            Map<UUID, List<UUID>> several = groups.orders(
                    heads.stream().filter(head -> head.size() > 1).map(Head::id).toList());
            Set<UUID> asked = new HashSet<>();
            heads.stream().filter(head -> head.size() == 1).map(Head::first).forEach(asked::add);
            several.values().forEach(asked::addAll);
            Set<UUID> undecided = groups.undecided(kind, asked);
            found.addAll(undecided);
            heads.stream()
                    .filter(head -> several.getOrDefault(head.id(), List.of(head.first())).stream()
                            .anyMatch(undecided::contains))
                    .forEach(head -> oldest = Math.max(oldest, head.age()));
        }

        /** Counts what is behind those that were looked at. */
        private void behind(GroupKind kind, int looked, Head next, boolean isOldestKnown) throws SQLException {
            long named = QueryRows.list(
                            connection,
                            "SELECT SUM(OCTET_LENGTH(orders)) FROM " + tables.pending() + " WHERE kind = "
                                    + kind.code(),
                            row -> row.getLong(1) / OrderIds.BYTES)
                    .get(0);
            long more = Math.max(0, named - looked);
            behind += more;
            urgentBehind += kind == GroupKind.URGENT ? more : 0;
            oldest = isOldestKnown ? oldest : Math.max(oldest, next.age());
        }

        Size size() {
            return new Size(
                    waiting.size() + behind, urgent.size() + urgentBehind, Duration.of(oldest, ChronoUnit.MICROS));
        }
    }
}
