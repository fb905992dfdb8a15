package io.orderflow.internal.doctor;

import java.sql.Connection;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a connection of the pool tells about its driver and its settings. No I/O. */
final class ConnectionLook {
    private static final Pattern AUTO_RECONNECT = Pattern.compile("[?&(,]autoreconnect(forpools)?=(true|yes|1)\\b");

    private ConnectionLook() {}

    /**
     * Judges it.
     *
     * @param properties what pools give their driver beside the URL
     */
    static void at(PoolContact contact, Map<String, String> properties, FindingList findings) {
        if (contact.isH2()) {
            h2(contact, findings);
        } else {
            server(contact, properties, findings);
        }
        driver(contact, findings);
        isolation(contact.isolation(), findings);
    }

    private static void h2(PoolContact contact, FindingList findings) {
        findings.addIf(
                contact.url().startsWith("jdbc:h2:mem:"),
                ServerFinding.H2_IN_MEMORY,
                "the database is H2 " + contact.databaseVersion() + " in memory");
        boolean served =
                contact.url().startsWith("jdbc:h2:tcp:") || contact.url().startsWith("jdbc:h2:ssl:");
        findings.addIf(served, ServerFinding.H2_SHARED, "the database is H2 on a server");
    }

    private static void server(PoolContact contact, Map<String, String> properties, FindingList findings) {
        findings.addIf(
                contact.networkTimeout() == 0,
                HostFinding.NO_SOCKET_TIMEOUT,
                "socketTimeout of the driver is 0: it waits for ever");
        String given = properties.entrySet().stream()
                .filter(property -> property.getKey().toLowerCase(Locale.ROOT).startsWith("autoreconnect"))
                .map(property -> "&" + property.getKey() + "=" + property.getValue())
                .collect(Collectors.joining());
        findings.addIf(
                AUTO_RECONNECT
                        .matcher((contact.url() + given).toLowerCase(Locale.ROOT))
                        .find(),
                HostFinding.AUTO_RECONNECT,
                "autoReconnect of the driver is true");
    }

    private static void driver(PoolContact contact, FindingList findings) {
        hole(contact.driver(), contact.major() * 100 + contact.minor(), contact.driverVersion(), findings);
        findings.addIf(!isTested(contact), HostFinding.DRIVER_UNTESTED, "there are no tests of " + contact);
    }

    private static void hole(String driver, int version, String text, FindingList findings) {
        if (!driver.startsWith("MySQL")) {
            return;
        }
        if (version < 802) {
            findings.add(HostFinding.DRIVER_WITH_HOLE, text + ": CVE-2023-22102, mended in 8.2.0");
        } else if (version >= 900 && version < 903) {
            findings.add(HostFinding.DRIVER_WITH_HOLE, text + ": CVE-2025-30706, mended in 9.3.0");
        }
    }

    private static boolean isTested(PoolContact contact) {
        return switch (contact.dialect()) {
            case H2 -> contact.major() == 2 && contact.minor() >= 2;
            case MYSQL -> isTestedOfMySql(contact);
            case MARIADB ->
                contact.driver().startsWith("MySQL")
                        ? isTestedOfMySql(contact)
                        : contact.driver().startsWith("MariaDB") && contact.major() >= 3;
        };
    }

    private static boolean isTestedOfMySql(PoolContact contact) {
        return contact.driver().startsWith("MySQL") && contact.major() * 100 + contact.minor() >= 803;
    }

    private static void isolation(int level, FindingList findings) {
        findings.addIf(
                level == Connection.TRANSACTION_READ_UNCOMMITTED,
                HostFinding.ISOLATION_READ_UNCOMMITTED,
                "connections of the pool are READ UNCOMMITTED");
        findings.addIf(
                level == Connection.TRANSACTION_SERIALIZABLE,
                HostFinding.ISOLATION_SERIALIZABLE,
                "connections of the pool are SERIALIZABLE");
    }
}
