package io.orderflow.internal.cluster;

import io.orderflow.internal.cluster.ServerReport.Member;
import io.orderflow.internal.sql.QueryRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is asked of a MariaDB or MySQL server about its place among others. Waits for no lock. Not thread-safe. */
final class ServerQuestions {
    private static final String MEMBERS = "SELECT member_id = @@server_uuid, member_state, member_role"
            + " FROM performance_schema.replication_group_members";

    /** The server does not know the statement; the user may not read the table; the user lacks a right. */
    private static final Set<Integer> REFUSALS = Set.of(1064, 1142, 1227);

    private final Connection connection;

    ServerQuestions(Connection connection) {
        this.connection = connection;
    }

    /** The values of a SHOW statement by their names in lower case. */
    Map<String, String> named(String query) throws SQLException {
        Map<String, String> values = new HashMap<>();
        QueryRows.look(connection, query, row -> {
            values.put(row.getString(1).toLowerCase(Locale.ROOT), String.valueOf(row.getString(2)));
        });
        return values;
    }

    /** The members of its group; empty if this user may not see them. */
    Optional<List<Member>> members() throws SQLException {
        return ifAllowed(MEMBERS, row -> new Member(row.getBoolean(1), row.getString(2), row.getString(3)));
    }

    /** The rows; empty if this user may not ask for them, or the server does not know the question. */
    <T> Optional<List<T>> ifAllowed(String query, QueryRows.RowReader<T> reader) throws SQLException {
        try {
            return Optional.of(QueryRows.list(connection, query, reader));
        } catch (SQLException e) {
            if (!REFUSALS.contains(e.getErrorCode())) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
