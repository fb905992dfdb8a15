package io.orderflow.internal.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.DueHolds.Due;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds that are over, page by page. */
class DueHoldsTest extends DatabaseContract {
    private static final int MOMENTS = 3;
    private static final int OF_A_MOMENT = 100;

    private final List<UUID> orders = new ArrayList<>();

    /** The rows stand for nothing but themselves. */
    @BeforeEach
    void holds() {
        tampered();
        List<String> rows = new ArrayList<>();
        for (int moment = 0; moment < MOMENTS; moment++) {
            for (int i = 0; i < OF_A_MOMENT; i++) {
                UUID order = OrderIds.next();
                orders.add(order);
                rows.add("(" + SqlText.id(order) + ", '2020-01-0" + (1 + moment) + " 00:00:00.000001')");
            }
        }
        rows.add("(" + SqlText.id(OrderIds.next()) + ", '2999-01-01 00:00:00')");
        shop().execute("INSERT INTO orderflow_hold (order_id, deadline) VALUES " + String.join(", ", rows));
    }

    @Test
    void allPagesHaveAllOfThemInTheirOrder() throws SQLException {
        DueHolds due = new DueHolds(shop().tables());
        try (Session session = shop().session()) {
            for (int page : List.of(7, 99, 100, 101, 1_000)) {
                List<UUID> seen = new ArrayList<>();
                Optional<Due> last = Optional.empty();
                List<Due> found = due.after(session, last, page);
                while (!found.isEmpty()) {
                    assertTrue(found.size() <= page);
                    found.forEach(hold -> seen.add(hold.order()));
                    assertTrue(seen.size() <= orders.size(), "one comes again");
                    last = Optional.of(found.get(found.size() - 1));
                    found = due.after(session, last, page);
                }
                assertEquals(orders, seen);
            }
            session.connection().commit();
        }
    }
}
