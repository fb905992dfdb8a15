package io.orderflow.examples.loadtest.report;

import io.orderflow.examples.common.RecordFields;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.TextTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Where a load test ran. A value that cannot be had is empty and has its reason beside it.
 *
 * @param settings what the servers say about versions and durability
 * @param machine cores, memory and JVM of this process
 */
public record Environment(ServerSettings settings, Machine machine) {
    private static final String REASONS = "reasons";

    private static final List<String> DURABILITY = List.of("innodb_flush_log_at_trx_commit", "sync_binlog", "log_bin");

    /** Asks the database, with one statement, the queue and this JVM. */
    public static Environment read(DataSource dataSource, String database, ShopQueue queue) {
        Map<String, String> reasons = new LinkedHashMap<>();
        Map<String, String> durability = durability(dataSource, reasons);
        String why = queue.isShared() ? "the queue's server does not tell" : "the queue is in memory";
        if (queue.server().isEmpty()) {
            reasons.put("queue_server", why);
        }
        if (queue.durability().isEmpty()) {
            reasons.put("queue_durability", why);
        }
        ServerSettings settings = new ServerSettings(
                database,
                Optional.ofNullable(durability.get(DURABILITY.get(0))),
                Optional.ofNullable(durability.get(DURABILITY.get(1))),
                Optional.ofNullable(durability.get(DURABILITY.get(2))),
                queue.toString(),
                queue.server(),
                queue.durability(),
                reasons);
        return new Environment(settings, Machine.ofThisProcess());
    }

    /**
     * Adds a row for each setting and for what is known of the machine; what could not be had stands with its reason.
     */
    public void addTo(TextTable table) {
        RecordFields.of(settings).forEach((name, value) -> {
            if (!name.equals(REASONS)) {
                table.row(name, value == null ? "missing: " + settings.reasons().get(name) : value);
            }
        });
        RecordFields.of(machine).forEach(table::row);
    }

    private static Map<String, String> durability(DataSource dataSource, Map<String, String> reasons) {
        Map<String, String> settings = new HashMap<>();
        String why = "the server has no such variable";
        try (Connection connection = dataSource.getConnection()) {
            if (connection.getMetaData().getDatabaseProductName().equals("H2")) {
                why = "H2 has no such setting";
            } else {
                readVariables(connection, settings);
            }
        } catch (SQLException e) {
            why = "could not be read: " + e.getMessage();
        }
        for (String name : DURABILITY) {
            if (settings.get(name) == null) {
                reasons.put(name, why);
            }
        }
        return settings;
    }

    private static void readVariables(Connection connection, Map<String, String> settings) throws SQLException {
        String query = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('" + String.join("','", DURABILITY) + "')";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                settings.put(row.getString(1), row.getString(2));
            }
        }
    }
}
