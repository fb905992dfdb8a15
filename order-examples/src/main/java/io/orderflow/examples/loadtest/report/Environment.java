package io.orderflow.examples.loadtest.report;

import com.sun.management.OperatingSystemMXBean;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.TextTable;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Where a load test ran. A value that cannot be had is null and has its reason under {@link #REASONS}.
 *
 * @param settings what the servers say about versions and durability
 * @param machine cores, memory and JVM of this process
 */
public record Environment(Map<String, Object> settings, Map<String, Object> machine) {
    static final String REASONS = "reasons";

    private static final List<String> DURABILITY = List.of("innodb_flush_log_at_trx_commit", "sync_binlog", "log_bin");

    /** Asks the database, with one statement, the queue and this JVM. */
    public static Environment read(DataSource dataSource, String database, ShopQueue queue) {
        Map<String, Object> settings = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        settings.put("database", database);
        DURABILITY.forEach(name -> settings.put(name, null));
        readDurability(dataSource, settings, reasons);
        settings.put("queue", queue.toString());
        String why = queue.isShared() ? "the queue's server does not tell" : "the queue is in memory";
        put("queue_server", queue.server(), why, settings, reasons);
        put("queue_durability", queue.durability(), why, settings, reasons);
        settings.put(REASONS, reasons);
        return new Environment(settings, machineOfThisProcess());
    }

    private static void put(
            String name,
            Optional<String> value,
            String why,
            Map<String, Object> settings,
            Map<String, String> reasons) {
        settings.put(name, value.orElse(null));
        if (value.isEmpty()) {
            reasons.put(name, why);
        }
    }

    /**
     * Adds a row for each setting and for what is known of the machine; what could not be had stands with its reason.
     */
    public void addTo(TextTable table) {
        settings.forEach((name, value) -> {
            if (!name.equals(REASONS)) {
                table.row(name, value == null ? "missing: " + reason(name) : value);
            }
        });
        machine.forEach(table::row);
    }

    /** Why a setting is null. */
    String reason(String name) {
        return settings.get(REASONS) instanceof Map<?, ?> reasons
                ? String.valueOf(reasons.get(name))
                : "no reason given";
    }

    private static void readDurability(
            DataSource dataSource, Map<String, Object> settings, Map<String, String> reasons) {
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
    }

    private static void readVariables(Connection connection, Map<String, Object> settings) throws SQLException {
        String query = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('" + String.join("','", DURABILITY) + "')";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                settings.put(row.getString(1), row.getString(2));
            }
        }
    }

    private static Map<String, Object> machineOfThisProcess() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("memory_bytes", system.getTotalMemorySize());
        machine.put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        machine.put("jvm_max_heap_bytes", Runtime.getRuntime().maxMemory());
        return machine;
    }
}
