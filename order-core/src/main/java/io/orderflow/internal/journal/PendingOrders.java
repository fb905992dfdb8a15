package io.orderflow.internal.journal;

import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.PendingGroups.Head;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds orders of the journal that wait for their decision, by the rows of their groups and oldest first, with no
 * memory of where the last search ended, since rows appear in the order of their commits and not of their times. Orders
 * that somebody tries apart (the attempt table) are left out. What it meets on its way and is decided it takes out, so
 * that a search is as long as what is undecided.
 */
public final class PendingOrders {
    private static final Logger LOG = LoggerFactory.getLogger(PendingOrders.class);

    /** Orders that are looked at together. */
    private static final int STRETCH = 2_000;

    /** Most groups that one search walks over although nothing is to be done about them. */
    private static final int MOST_GROUPS = 5_000;

    /** A minute ahead is no drift between two statements but a clock that was wrong. */
    private static final Duration FUTURE = Duration.ofMinutes(1);

    private static final int MOST_UNREADABLE = 1_000;

    private final Tables tables;

    /** Groups that were told of and that nothing can be done about here. */
    private final Set<UUID> unreadable = new HashSet<>();

    /** Microseconds. */
    private long oldestLeft;

    private int takenOut;

    private boolean urgentLeft;

    /** Reads from the tables; used by one thread. */
    public PendingOrders(Tables tables) {
        this.tables = tables;
    }

    /**
     * What a search is to find.
     *
     * @param age how long an order must have waited at least, by the database's clock
     * @param known whether an order is not to be found again
     * @param most how many orders it finds
     * @param wholly whether it goes on behind groups that nothing is to be done about
     */
    public record Wanted(Duration age, Predicate<UUID> known, int most, boolean wholly) {}

    /** Orders that hosts placed in transactions of their own: no frame carries them. The age plays no part. */
    public List<UUID> placed(Session session, Predicate<UUID> known, int most) throws SQLException {
        return new Search(session, GroupKind.PLACED, new Wanted(Duration.ZERO, known, most, false)).run();
    }

    /** Orders that are urgent. Their frames may be on their way: the age plays no part. */
    public List<UUID> urgent(Session session, Predicate<UUID> known, int most) throws SQLException {
        Search search = new Search(session, GroupKind.URGENT, new Wanted(Duration.ZERO, known, most, false));
        List<UUID> found = search.run();
        urgentLeft = search.left;
        return found;
    }

    /** Whether the last search for urgent orders left some, known or tried by somebody. */
    public boolean isUrgentLeft() {
        return urgentLeft;
    }

    /**
     * Orders that wait longer than the given age, or that come from the future. Those that the rows of their groups
     * carry get rows of their own first.
     */
    public List<UUID> overdue(Session session, Wanted wanted) throws SQLException {
        oldestLeft = 0;
        takenOut = 0;
        List<UUID> found = new Search(session, GroupKind.WRITTEN, wanted).run();
        if (found.size() >= wanted.most()) {
            return found;
        }
        boolean unfolded =
                !new Search(session, GroupKind.CARRYING, wanted).run().isEmpty();
        return unfolded ? new Search(session, GroupKind.WRITTEN, wanted).run() : found;
    }

    /** How old the oldest group was that the last search for overdue orders left to its time; zero if it left none. */
    public Duration oldestLeft() {
        return Duration.of(oldestLeft, ChronoUnit.MICROS);
    }

    /** How many groups whose orders are all decided the last search for overdue orders took out. */
    public int takenOut() {
        return takenOut;
    }

    /** One search. */
    private final class Search {
        private final Session session;
        private final PendingGroups groups;
        private final GroupKind kind;
        private final Wanted wanted;
        /** An order may be in several groups. */
        private final Set<UUID> found = new LinkedHashSet<>();

        private int passed;
        private boolean useful = true;
        private boolean left;

        Search(Session session, GroupKind kind, Wanted wanted) {
            this.session = session;
            this.groups = new PendingGroups(tables, session);
            this.kind = kind;
            this.wanted = wanted;
        }

        List<UUID> run() throws SQLException {
            return session.transaction(this::search);
        }

        private List<UUID> search() throws SQLException {
            Optional<Head> last = Optional.empty();
            boolean ended = false;
            while (!ended && goesOn()) {
                List<Head> page = groups.after(last, kind);
                look(page);
                ended = page.size() < PendingGroups.PAGE;
                last = page.isEmpty() ? last : Optional.of(page.get(page.size() - 1));
            }
            if (found.isEmpty() && !ended) {
                useful = true;
                look(groups.createdAfter(session.dialect().utcBefore(-FUTURE.toMillis()), kind));
            }
            return List.copyOf(found);
        }

        private boolean goesOn() {
            return found.size() < wanted.most() && (useful || wanted.wholly()) && passed < MOST_GROUPS;
        }

        /** Looks at as many groups at a time as have a fair number of orders. */
        private void look(List<Head> page) throws SQLException {
            int from = 0;
            while (from < page.size() && goesOn()) {
                int to = from;
                for (int orders = 0; to < page.size() && orders < STRETCH; to++) {
                    orders += page.get(to).size();
                }
                stretch(page.subList(from, to));
                from = to;
            }
        }

        private void stretch(List<Head> heads) throws SQLException {
            Set<UUID> waiting =
                    groups.undecided(kind, heads.stream().map(Head::first).toList());
            Set<UUID> gone = removeDecided(heads.stream()
                    .filter(head -> !waiting.contains(head.first()))
                    .map(Head::id)
                    .toList());
            List<Head> due = heads.stream()
                    .filter(this::isDue)
                    .filter(head -> !gone.contains(head.id()))
                    .toList();
            if (kind == GroupKind.CARRYING) {
                unfold(due);
            } else {
                find(due, waiting);
            }
            takenOut += gone.size();
            left |= gone.size() < heads.size();
            heads.stream()
                    .filter(head -> !gone.contains(head.id()))
                    .forEach(head -> oldestLeft = Math.max(oldestLeft, head.age()));
            useful = !gone.isEmpty() || !due.isEmpty();
            passed += heads.size() - gone.size() - due.size();
        }

        private Set<UUID> removeDecided(List<UUID> candidates) throws SQLException {
            Set<UUID> decided = groups.lockDecided(candidates);
            groups.remove(decided);
            return decided;
        }

        private boolean isDue(Head head) {
            return !unreadable.contains(head.id())
                    && (wanted.age().isZero()
                            || head.age()
                                    > TimeUnit.MILLISECONDS.toMicros(
                                            wanted.age().toMillis())
                            || head.age() < -TimeUnit.MILLISECONDS.toMicros(FUTURE.toMillis()));
        }

        private void unfold(List<Head> due) throws SQLException {
            Unfolding unfolding = new Unfolding(tables, session);
            for (Head head : due) {
                if (!goesOn()) {
                    return;
                }
                try {
                    found.addAll(unfolding.unfold(head.id()));
                } catch (MalformedException e) {
                    passOver(head, e);
                }
            }
        }

        private void passOver(Head head, MalformedException e) {
            if (unreadable.size() >= MOST_UNREADABLE) {
                unreadable.clear();
            }
            if (unreadable.add(head.id())) {
                LOG.error(
                        "group {} of {} orders cannot be read, so that they are decided only if their messages come;"
                                + " others go on, and the audit names it: {}",
                        head.id(),
                        head.size(),
                        e.getMessage());
            }
        }

        /** What is known of the first orders is not asked again: under light load a group is one order. */
        private void find(List<Head> due, Set<UUID> waiting) throws SQLException {
            Map<UUID, List<UUID>> several = groups.orders(
                    due.stream().filter(head -> head.size() > 1).map(Head::id).toList());
            Set<UUID> asked = due.stream().map(Head::first).collect(Collectors.toSet());
            List<UUID> unknown = due.stream()
                    .flatMap(head -> several.getOrDefault(head.id(), List.of(head.first())).stream())
                    .filter(wanted.known().negate())
                    .toList();
            Set<UUID> free = groups.undecided(
                    kind, unknown.stream().filter(id -> !asked.contains(id)).toList());
            free.addAll(waiting);
            free.removeAll(
                    groups.claimed(unknown.stream().filter(free::contains).toList()));
            unknown.stream()
                    .distinct()
                    .filter(id -> free.contains(id) && !found.contains(id))
                    .limit(wanted.most() - found.size())
                    .forEach(found::add);
        }
    }

    /**
     * How old the youngest of some orders is, whatever became of it, by the database's clock. A row that was written
     * with its verdict does not tell, but the group may still be there; empty when nothing tells of any of them.
     */
    public Optional<Duration> youngest(Session session, List<UUID> ids) throws SQLException {
        String sql = "SELECT o.id, " + SqlTime.micros("o.created_at") + ", (SELECT " + SqlTime.micros("b.decided_at")
                + " FROM " + tables.batch() + " b WHERE b.id = o.batch_id) FROM " + tables.orders() + " o"
                + SqlText.BY_PRIMARY_KEY + " WHERE o.id IN (" + OrderReader.hexList(ids) + ")";
        Set<UUID> others = new HashSet<>(ids);
        OptionalLong youngest = OptionalLong.empty();
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                long createdAt = row.getLong(2);
                if (createdAt < SqlTime.microsIfAny(row, 3).orElse(Long.MAX_VALUE)) {
                    others.remove(OrderIds.fromBytes(row.getBytes(1), 0));
                    youngest = OptionalLong.of(Math.max(youngest.orElse(Long.MIN_VALUE), createdAt));
                }
            }
        }
        for (UUID id : others) {
            Optional<GroupSearch.Found> group = GroupSearch.amongOldest(session.connection(), tables, id);
            if (group.isPresent()) {
                youngest = OptionalLong.of(
                        Math.max(youngest.orElse(Long.MIN_VALUE), group.get().createdAt()));
            }
        }
        return youngest.isEmpty() ? Optional.empty() : Optional.of(age(session, youngest.getAsLong()));
    }

    private static Duration age(Session session, long createdAt) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery(
                        "SELECT " + SqlTime.micros(session.dialect().utcNow()))) {
            row.next();
            return Duration.of(row.getLong(1) - createdAt, ChronoUnit.MICROS);
        }
    }
}
