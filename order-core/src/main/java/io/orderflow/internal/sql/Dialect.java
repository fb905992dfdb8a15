package io.orderflow.internal.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** The databases that are supported, and the few things each spells in its own way. */
public enum Dialect {
    /** MySQL 8.0 and later. */
    MYSQL("UTC_TIMESTAMP(6)", Dialect.SERVER),
    /** MariaDB 10.6 and later. */
    MARIADB("UTC_TIMESTAMP(6)", Dialect.SERVER),
    /** H2 2.2 and later, with MODE=MySQL. */
    H2(
            "DATEADD('MICROSECOND', CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(6)) * 1000000 AS BIGINT),"
                    // a cast to a time without a zone goes through the session's zone, whatever zone the value had
                    + " TIMESTAMP '1970-01-01 00:00:00')",
            "0");

    /** Rows that MariaDB's driver holds at a time. */
    private static final int ROWS = 1_000;

    /** 31 bits, so that it fits into an INT. */
    private static final String SERVER = "CRC32(CONCAT_WS(':', @@hostname, @@port, @@server_id)) >> 1";

    private final String utcNow;
    private final String serverNumber;

    Dialect(String utcNow, String serverNumber) {
        this.utcNow = utcNow;
        this.serverNumber = serverNumber;
    }

    /**
     * An expression for a number that stands for the server which evaluates it, from its host name, port and
     * {@code server_id}; 0 on H2, which is one server. Two servers have the same one time in two thousand million.
     */
    public String serverNumber() {
        return serverNumber;
    }

    /** An expression for the database's clock in UTC, with microseconds, whatever the session's time zone. */
    public String utcNow() {
        return utcNow;
    }

    /** An expression for the database's clock in UTC minus some milliseconds. */
    public String utcBefore(long millis) {
        return this == H2
                ? "DATEADD('MILLISECOND', " + -millis + ", " + utcNow + ")"
                : "(" + utcNow + " - INTERVAL " + millis * 1000 + " MICROSECOND)";
    }

    /** An expression for the database's clock in UTC plus some milliseconds. */
    public String utcAfter(long millis) {
        return utcBefore(-millis);
    }

    /**
     * The isolation level at which all plain reads of a transaction see one moment, and lock nothing. H2's REPEATABLE
     * READ has a moment of its own for each table.
     */
    public int snapshot() {
        return this == H2 ? Connection.TRANSACTION_SERIALIZABLE : Connection.TRANSACTION_REPEATABLE_READ;
    }

    /**
     * Has a statement hand out its rows as they arrive, so that a long answer needs little memory. MySQL's driver wants
     * a size that JDBC forbids for that; a driver that refuses it, as MariaDB's does, streams with any other.
     */
    public void rowByRow(Statement statement) throws SQLException {
        if (this == H2) {
            return;
        }
        try {
            statement.setFetchSize(Integer.MIN_VALUE);
        } catch (SQLException refused) {
            statement.setFetchSize(ROWS);
        }
    }

    /**
     * Asks a connection which database it leads to. MariaDB's drivers and MySQL's driver name the product in different
     * ways, so the server's own version decides.
     */
    public static Dialect of(Connection connection) throws SQLException {
        if (isH2(connection)) {
            return H2;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT VERSION()")) {
            row.next();
            return ofVersion(row.getString(1));
        }
    }

    /** Asks the driver alone whether a connection leads to H2. */
    public static boolean isH2(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return product.toUpperCase(Locale.ROOT).startsWith("H2");
    }

    /** Which of the servers calls its version so. */
    static Dialect ofVersion(String version) {
        return version.toUpperCase(Locale.ROOT).contains("MARIADB") ? MARIADB : MYSQL;
    }
}
