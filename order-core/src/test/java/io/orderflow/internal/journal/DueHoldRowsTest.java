package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.DueHolds.Due;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.ServerContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a page of holds reads, as the server counts it. H2 does not count what one session reads. */
class DueHoldRowsTest extends ServerContract {
    private static final int HOLDS = 100;

    /** Holds that are over at one moment may be a million. */
    @Test
    void aPageReadsNoneOfThosePassed() throws SQLException {
        // the rows stand for nothing but themselves
        tampered();
        shop().execute("INSERT INTO orderflow_hold (order_id, deadline) VALUES "
                + IntStream.range(0, HOLDS)
                        .mapToObj(i -> "(" + SqlText.id(OrderIds.next()) + ", '2020-01-01 00:00:00')")
                        .collect(Collectors.joining(", ")));
        DueHolds due = new DueHolds(shop().tables());
        try (Session session = shop().session()) {
            List<Due> most = due.after(session, Optional.empty(), HOLDS - 10);
            Optional<Due> last = Optional.of(most.get(most.size() - 1));
            long start = rowsRead(session.connection());
            long question = rowsRead(session.connection()) - start;
            long before = rowsRead(session.connection());
            assertEquals(5, due.after(session, last, 5).size());
            long rows = rowsRead(session.connection()) - before - question;
            assertTrue(rows <= 10, () -> rows + " rows are read for 5");
            session.connection().commit();
        }
    }

    private static long rowsRead(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
            long rows = 0;
            while (row.next()) {
                rows += row.getLong(2);
            }
            return rows;
        }
    }
}
