package io.orderflow.internal.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Looks whether the settings of a MariaDB or MySQL server, of this session on it, and of its driver leave our
 * statements their meaning.
 */
final class SessionCheck {
    /** Largest statement that is ever sent, with room to spare. */
    private static final long PACKET = 4L * 1024 * 1024;

    /** Letters of one to four bytes. */
    private static final String LETTERS = "e\u00e9\u20ac\uD83D\uDE00";

    private static final String LETTERS_IN_UTF8 = "65C3A9E282ACF09F9880";

    /**
     * Of MariaDB's driver: repeats the statements of a lost transaction on another server, where our decisions may not
     * hold.
     */
    private static final Pattern REPLAY = Pattern.compile("transactionReplay=(true|1)\\b", Pattern.CASE_INSENSITIVE);

    private final Connection connection;
    private final RefusalSink refusals;

    /**
     * Asks nothing yet.
     *
     * @param refusals told of each that is not as it must be
     */
    SessionCheck(Connection connection, RefusalSink refusals) {
        this.connection = connection;
        this.refusals = refusals;
    }

    /**
     * Verifies them.
     *
     * @throws SQLException if the server does not answer
     */
    void verify() throws SQLException {
        List<String> values = row("SELECT @@SESSION.sql_mode, @@GLOBAL.log_bin, @@GLOBAL.binlog_format,"
                + " @@GLOBAL.max_allowed_packet, @@SESSION.sql_safe_updates, @@SESSION.sql_select_limit,"
                + " @@SESSION.sql_big_selects, @@SESSION.completion_type, @@SESSION.character_set_connection");
        mode(values.get(0).toUpperCase(Locale.ROOT));
        refuse(
                ServerRefusal.BINLOG_FORMAT,
                !values.get(1).equals("0") && values.get(2).equalsIgnoreCase("STATEMENT"),
                "binlog_format is STATEMENT, which forbids READ COMMITTED; set binlog_format=ROW or MIXED");
        refuse(
                ServerRefusal.MAX_ALLOWED_PACKET,
                Long.parseLong(values.get(3)) < PACKET,
                "max_allowed_packet is " + values.get(3) + "; set it to at least " + PACKET);
        refuse(
                ServerRefusal.SQL_SAFE_UPDATES,
                values.get(4).equals("1"),
                "sql_safe_updates is on, which refuses statements of ours; set sql_safe_updates=0 for the connection");
        refuse(
                ServerRefusal.SQL_SELECT_LIMIT,
                Long.parseUnsignedLong(values.get(5)) != -1L && Long.parseUnsignedLong(values.get(5)) != Long.MAX_VALUE,
                "sql_select_limit is " + values.get(5)
                        + ", which cuts what is read without a word; set sql_select_limit=DEFAULT for the connection");
        refuse(
                ServerRefusal.SQL_BIG_SELECTS,
                values.get(6).equals("0"),
                "sql_big_selects is off (max_join_size sets it so), which refuses the audit; set sql_big_selects=1");
        refuse(
                ServerRefusal.COMPLETION_TYPE,
                !values.get(7).equals("0") && !values.get(7).equalsIgnoreCase("NO_CHAIN"),
                "completion_type is " + values.get(7) + "; set completion_type=NO_CHAIN for the connection");
        refuse(
                ServerRefusal.TRANSACTION_REPLAY,
                REPLAY.matcher(String.valueOf(connection.getMetaData().getURL()))
                        .find(),
                "the driver repeats lost transactions by itself; remove transactionReplay from the JDBC URL");
        letters(values.get(8));
    }

    private void mode(String mode) {
        refuse(
                ServerRefusal.SQL_MODE_NOT_STRICT,
                !mode.contains("STRICT_TRANS_TABLES")
                        && !mode.contains("STRICT_ALL_TABLES")
                        && !mode.contains("TRADITIONAL"),
                "sql_mode is '" + mode
                        + "', which stores wrong values silently; add STRICT_TRANS_TABLES to the server's or the"
                        + " connection's sql_mode");
        refuse(
                ServerRefusal.SQL_MODE_OTHER_MEANING,
                mode.contains("ORACLE") || mode.contains("EMPTY_STRING_IS_NULL"),
                "sql_mode is '" + mode
                        + "', which changes the meaning of statements; remove ORACLE and EMPTY_STRING_IS_NULL");
    }

    /**
     * Sends letters and receives them, since a driver says nothing about those that its character set does not have.
     */
    private void letters(String charset) throws SQLException {
        String sql = "SELECT HEX(CONVERT(? USING utf8mb4)), CONVERT(x'" + LETTERS_IN_UTF8 + "' USING utf8mb4)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, LETTERS);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                refuse(
                        ServerRefusal.CONNECTION_CHARSET,
                        !LETTERS_IN_UTF8.equalsIgnoreCase(row.getString(1)) || !LETTERS.equals(row.getString(2)),
                        "the connection's character set is " + charset
                                + ", which loses letters; make it utf8mb4 (characterEncoding=UTF-8 in the URL of "
                                + "MySQL's"
                                + " driver)");
            }
        }
    }

    private void refuse(ServerRefusal what, boolean wrong, String why) {
        if (wrong) {
            refusals.add(what, why);
        }
    }

    private List<String> row(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                values.add(String.valueOf(row.getString(i)));
            }
            return values;
        }
    }
}
