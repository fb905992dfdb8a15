package io.orderflow.internal.schema;

import io.orderflow.SchemaException;
import io.orderflow.internal.sql.QueryRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Looks whether a server is MariaDB or MySQL, and the only one of its cluster that is written to; and whether the
 * driver stays with it.
 */
final class ClusterCheck {
    private static final String SETTINGS = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'version_comment',"
            + " 'group_replication_group_name', 'group_replication_single_primary_mode')";

    private final Connection connection;

    ClusterCheck(Connection connection) {
        this.connection = connection;
    }

    /**
     * Verifies it.
     *
     * @throws SchemaException if it cannot be used; the message says what to change
     * @throws SQLException if the server does not answer
     */
    void verify() throws SQLException {
        Map<String, String> settings = new HashMap<>();
        QueryRows.look(connection, SETTINGS, row -> {
            settings.put(row.getString(1).toLowerCase(Locale.ROOT), String.valueOf(row.getString(2)));
        });
        refuse(LookAlike.refusal(
                settings.getOrDefault("version", ""), settings.getOrDefault("version_comment", ""), hasMemoryEngine()));
        refuse(severalPrimaries(settings));
        refuse(UrlCheck.refusal(String.valueOf(connection.getMetaData().getURL())));
    }

    private boolean hasMemoryEngine() throws SQLException {
        String query = "SELECT 1 FROM information_schema.ENGINES WHERE ENGINE = 'MEMORY'";
        return !QueryRows.list(connection, query, row -> row.getInt(1)).isEmpty();
    }

    /** A rejection rests on rows that it read and did not write, and only what was written is certified. */
    static Optional<String> severalPrimaries(Map<String, String> settings) {
        boolean several =
                !settings.getOrDefault("group_replication_group_name", "").isEmpty()
                        && settings.getOrDefault("group_replication_single_primary_mode", "ON")
                                .equals("OFF");
        return several
                ? Optional.of("group_replication_single_primary_mode is OFF: with several primaries orders are rejected"
                        + " for stock that another primary has put in; call"
                        + " group_replication_switch_to_single_primary_mode()")
                : Optional.empty();
    }

    private static void refuse(Optional<String> why) {
        if (why.isPresent()) {
            throw new SchemaException(why.get());
        }
    }
}
