package io.orderflow.internal.admin;

import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks whether two servers of a cluster were written to at a time. Then a server's numbers stand among another's: it
 * draws one, the other one does, and it draws one again. After a move to another server, and after the way back, they
 * stand one behind the other. A server that is left is not written to again as soon as that: it had to be away, and be
 * found again. Used once, by one thread.
 *
 * <p>What is compared are times of one server, so that its clock may differ from that of others.
 */
final class WriterAudit extends AuditPart {
    private static final Duration AT_A_TIME = Duration.ofSeconds(5);

    private static final String ADVICE = "several servers were written to at a time, so their numbers are no order:"
            + " a rejection may rest on rows that another server had changed, which no certification looks at, and a"
            + " replay by number comes to other verdicts; have all processes write to one server, by"
            + " WritableDataSource or by a proxy with one server and the others as its backup";

    private final Map<Integer, Written> lastOf = new HashMap<>();
    private Written first = Written.NONE;
    private Written last = Written.NONE;
    private long returns;
    private Optional<String> example = Optional.empty();
    private Instant latest = Instant.MIN;

    /** A row of the table of batches, and who wrote it. */
    private record Written(long id, int server, Instant at) {
        /** Before the first. */
        static final Written NONE = new Written(0, 0, Instant.EPOCH);

        boolean isNear(Written other) {
            return Duration.between(at, other.at).abs().compareTo(AT_A_TIME) <= 0;
        }

        @Override
        public String toString() {
            return "batch " + id + " of server " + server;
        }
    }

    WriterAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    void run() throws SQLException {
        String named = " FROM " + tables.batch() + " WHERE server <> 0";
        long servers = rows("SELECT COUNT(DISTINCT server)" + named, row -> row.getLong(1))
                .get(0);
        if (servers < 2) {
            return;
        }
        each(
                "SELECT id, server, " + SqlTime.micros("decided_at") + named + " ORDER BY id",
                row -> look(new Written(row.getLong(1), row.getInt(2), SqlTime.instant(row, 3))));
        example.ifPresent(found -> differs(
                found, List.of("are so among each other " + returns + " times, the last at " + latest, ADVICE)));
    }

    /** {@code first} to {@code last} are batches of one server that no other's stand between. */
    private void look(Written batch) {
        if (batch.server() != last.server()) {
            Written before = lastOf.get(batch.server());
            if (before != null && before.isNear(batch) && first.isNear(last)) {
                returned(before, batch);
            }
            first = batch;
        }
        last = batch;
        lastOf.put(batch.server(), batch);
    }

    private void returned(Written before, Written batch) {
        returns++;
        latest = batch.at();
        if (example.isEmpty()) {
            example = Optional.of(before + ", " + first + " and " + batch);
        }
    }
}
