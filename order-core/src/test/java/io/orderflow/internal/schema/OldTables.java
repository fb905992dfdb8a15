package io.orderflow.internal.schema;

import io.orderflow.testing.TestDatabase;
import io.orderflow.testing.TestDatabase.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** The tables of version 1, and the rows of a small shop as a process of that version wrote them. */
final class OldTables {
    static final String PREFIX = "orderflow_";

    private OldTables() {}

    /** Makes the tables and the shop. */
    static void makeShop(TestDatabase database, String prefix) throws SQLException {
        make(database, prefix);
        run(database, statements("/io/orderflow/internal/schema/version1.sql", prefix));
    }

    /** Makes the tables, empty. */
    static void make(TestDatabase database, String prefix) throws SQLException {
        run(database, script(database, 1, prefix));
    }

    /** The statements of a script that a migration tool runs. */
    static List<String> script(TestDatabase database, int version, String prefix) {
        String folder = database.kind() == Kind.H2 ? "h2" : "mysql";
        return statements("/io/orderflow/schema/" + folder + "/V" + version + "__orderflow.sql", prefix);
    }

    private static List<String> statements(String resource, String prefix) {
        String withoutComments = text(resource).replace(PREFIX, prefix).replaceAll("(?m)^--.*$", "");
        return Arrays.stream(withoutComments.split(";"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    static String text(String resource) {
        try (InputStream in = OldTables.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** Runs statements on one connection. */
    static void run(TestDatabase database, List<String> statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
