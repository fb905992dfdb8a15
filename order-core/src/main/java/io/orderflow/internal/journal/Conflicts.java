package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.util.List;

/** Where contents go that lost against another under their key. */
@FunctionalInterface
public interface Conflicts {
    /**
     * Sets contents aside and commits; doing it again changes nothing.
     *
     * @param lost 1 to 500
     */
    void setAside(Session session, List<OrderEntry> lost) throws SQLException;
}
