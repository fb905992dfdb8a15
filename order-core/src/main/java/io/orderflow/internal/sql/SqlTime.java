package io.orderflow.internal.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * Times as they are read from the tables: whole microseconds since 1970, a number. The columns hold UTC without a zone,
 * and a driver that makes a Java object of such a value may do so in the zone of the JVM, of the session or of its URL,
 * where some hours of UTC do not exist. No driver touches a number.
 */
public final class SqlTime {
    /** The first time that a column holds on all databases, year 1000. */
    public static final long FIRST = -30_610_224_000_000_000L;

    /** The last one, year 9999. */
    public static final long LAST = 253_402_300_799_999_999L;

    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final long PER_SECOND = 1_000_000;

    /** In a microsecond. */
    private static final long NANOS = 1_000;

    private SqlTime() {}

    /**
     * An expression for the microseconds of a time without a zone, such as a column; NULL for NULL. The same on all
     * databases.
     */
    public static String micros(String time) {
        return "TIMESTAMPDIFF(MICROSECOND, TIMESTAMP '1970-01-01 00:00:00', " + time + ")";
    }

    /** The time that {@link #micros} makes this number of. */
    public static String literal(long micros) {
        return "TIMESTAMP '" + MICROSECONDS.format(instantOf(micros)) + "'";
    }

    /** The time in a column that was selected as {@link #micros}. */
    public static Instant instant(ResultSet row, int column) throws SQLException {
        return instantOf(row.getLong(column));
    }

    /** The time in a column that was selected as {@link #micros}, and may be NULL. */
    public static Optional<Instant> instantIfAny(ResultSet row, int column) throws SQLException {
        return microsIfAny(row, column).map(SqlTime::instantOf);
    }

    /** The same as a number. */
    public static Optional<Long> microsIfAny(ResultSet row, int column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(micros);
    }

    private static Instant instantOf(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * NANOS);
    }
}
