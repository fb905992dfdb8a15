package io.orderflow.internal.sql;

import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;

/**
 * SQL text made of our own words, numbers and hexadecimal digits alone, so that no value can change its meaning.
 * Literal text costs the driver and the server far less than hundreds of bound parameters (docs/design.md, section 12).
 */
public final class SqlText {
    /** Most keys in one IN list: a longer list becomes a subquery on MariaDB, and the order of locking is gone. */
    public static final int PIECE = 500;

    /** A comment to H2; keeps MySQL and MariaDB from locking rows through another index or by a scan. */
    public static final String BY_PRIMARY_KEY = " /*! FORCE INDEX (PRIMARY) */";

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /**
     * Keys that a server compares one after the other before a tree of comparisons is cheaper; measured on all three.
     */
    private static final int LEAF = 16;

    private SqlText() {}

    /** Appends the elements with commas between them. */
    public static <T> void list(StringBuilder sql, List<T> elements, Appender<T> appender) {
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                sql.append(',');
            }
            appender.append(sql, elements.get(i));
        }
    }

    /**
     * Appends an expression that gives each key its value: a tree of comparisons with short {@code CASE key WHEN} lists
     * as leaves, since the server walks a list from its beginning for every row.
     *
     * @param key the column that is compared
     * @param elements sorted by their keys as the database sorts them
     */
    public static <T> void caseOf(
            StringBuilder sql, String key, List<T> elements, Appender<T> when, ToLongFunction<T> then) {
        if (elements.size() > LEAF) {
            int middle = elements.size() / 2;
            sql.append("CASE WHEN ").append(key).append('<');
            when.append(sql, elements.get(middle));
            sql.append(" THEN ");
            caseOf(sql, key, elements.subList(0, middle), when, then);
            sql.append(" ELSE ");
            caseOf(sql, key, elements.subList(middle, elements.size()), when, then);
            sql.append(" END");
            return;
        }
        sql.append("CASE ").append(key);
        for (T element : elements) {
            sql.append(" WHEN ");
            when.append(sql, element);
            sql.append(" THEN ").append(then.applyAsLong(element));
        }
        sql.append(" END");
    }

    /** Cuts a list into pieces of at most the given size; views, not copies. */
    public static <T> Iterable<List<T>> pieces(List<T> all, int size) {
        return () -> java.util.stream.IntStream.range(0, (all.size() + size - 1) / size)
                .mapToObj(i -> all.subList(i * size, Math.min(all.size(), (i + 1) * size)))
                .iterator();
    }

    /** Appends the literal of an order's id. */
    public static void id(StringBuilder sql, UUID id) {
        sql.append("x'");
        digits(sql, id);
        sql.append('\'');
    }

    /** Appends the hexadecimal digits of an order's id, for a literal of several. */
    public static void digits(StringBuilder sql, UUID id) {
        // at once: a builder grows and checks with each append
        char[] digits = new char[32];
        digits(digits, 0, id.getMostSignificantBits());
        digits(digits, 16, id.getLeastSignificantBits());
        sql.append(digits);
    }

    /** The literal of an order's id. */
    public static String id(UUID id) {
        StringBuilder sql = new StringBuilder(35);
        id(sql, id);
        return sql.toString();
    }

    private static void digits(char[] digits, int from, long bits) {
        for (int i = 0; i < 16; i++) {
            digits[from + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 0xf];
        }
    }

    /** Appends the literal of bytes. */
    public static void hex(StringBuilder sql, byte[] bytes) {
        char[] digits = new char[2 * bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            digits[2 * i] = HEX[(bytes[i] >> 4) & 0xf];
            digits[2 * i + 1] = HEX[bytes[i] & 0xf];
        }
        sql.append("x'").append(digits).append('\'');
    }

    /** Writes one element as SQL. */
    @FunctionalInterface
    public interface Appender<T> {
        /** Appends the element's literal. */
        void append(StringBuilder sql, T element);

        /** Numbers are written as they are. */
        static <T> Appender<T> number(ToLongFunction<T> value) {
            return (sql, element) -> sql.append(value.applyAsLong(element));
        }
    }
}
