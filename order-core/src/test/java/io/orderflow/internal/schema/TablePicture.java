package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Tables;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;

/** Tables with a prefix as the server describes them, and their rows, as lines that can be compared. */
final class TablePicture {
    private static final List<String> OF_SERVERS = List.of(
            "SELECT 'table', table_name, engine, table_collation, row_format FROM information_schema.tables"
                    + " WHERE table_schema = DATABASE() AND table_name LIKE ?",
            "SELECT 'column', table_name, ordinal_position, column_name, column_default, is_nullable, column_type,"
                    + " character_set_name, collation_name, extra FROM information_schema.columns"
                    + " WHERE table_schema = DATABASE() AND table_name LIKE ?",
            "SELECT 'index', table_name, index_name, non_unique, seq_in_index, column_name, sub_part"
                    + " FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name LIKE ?",
            "SELECT 'check', constraint_name, check_clause FROM information_schema.check_constraints"
                    + " WHERE constraint_schema = DATABASE() AND constraint_name LIKE ?");

    private static final List<String> OF_H2 = List.of(
            "SELECT 'column', table_name, ordinal_position, column_name, column_default, is_nullable, data_type,"
                    + " character_maximum_length, numeric_precision, datetime_precision, is_identity"
                    + " FROM information_schema.columns WHERE table_name LIKE ?",
            "SELECT 'index', table_name, CASE WHEN index_name LIKE ? THEN index_name ELSE 'of a key' END,"
                    + " ordinal_position, column_name, is_unique FROM information_schema.index_columns"
                    + " WHERE table_name LIKE ?",
            "SELECT 'check', constraint_name, check_clause FROM information_schema.check_constraints"
                    + " WHERE constraint_name LIKE ?");

    private TablePicture() {}

    /** Tables, columns, indexes and checks, with the default prefix in place of this one. */
    static List<String> shapes(TestDatabase database, String prefix) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = database.connect()) {
            for (String query : database.kind() == Kind.H2 ? OF_H2 : OF_SERVERS) {
                String like = "'" + prefix.replace("_", "\\_") + "%'";
                lines.addAll(QueryRows.list(
                        connection, query.replace("?", like), row -> line(row).replace(prefix, OldTables.PREFIX)));
            }
        }
        return lines.stream().sorted().toList();
    }

    /** All rows of all tables of this release. */
    static List<String> rows(TestDatabase database, String prefix) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = database.connect()) {
            for (TableShape shape : TableShape.of(new Tables(prefix))) {
                String name = shape.name().substring(prefix.length());
                lines.addAll(
                        QueryRows.list(connection, "SELECT * FROM " + shape.name(), row -> name + " " + line(row)));
            }
        }
        return lines.stream().sorted().toList();
    }

    /** Fails with the lines that are in one of two pictures alone. */
    static void assertAlike(List<String> expected, List<String> actual) {
        assertEquals(List.of(), without(actual, expected), "missing");
        assertEquals(List.of(), without(expected, actual), "too much");
        assertEquals(expected.size(), actual.size());
    }

    private static List<String> without(List<String> known, List<String> lines) {
        return lines.stream().filter(line -> !known.contains(line)).toList();
    }

    private static String line(ResultSet row) throws SQLException {
        StringJoiner line = new StringJoiner(" | ");
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            Object value = row.getObject(column);
            boolean isBytes = value instanceof byte[] || value instanceof Blob;
            line.add(isBytes ? HexFormat.of().formatHex(row.getBytes(column)) : String.valueOf(value));
        }
        return line.toString();
    }
}
