package io.orderflow.internal.schema;

import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The SQL resources that make the tables and bring older ones to the present version, with the host's prefix in place
 * of the default one.
 */
public final class SchemaScript {
    /** The version of the tables that this release works with. */
    public static final int VERSION = 2;

    /** What the table says from the upgrade's beginning to its end; no release works with it. */
    static final int UPGRADING = 0;

    private static final String FOLDER = "/io/orderflow/schema/";

    /** Begins each part of an upgrade but the first. */
    private static final String PART = "(?m)^-- Part [23]: .*$";

    static final String DEFAULT_PREFIX = "orderflow_";

    private SchemaScript() {}

    /** The whole script that makes the tables. */
    public static String text(Tables tables) {
        return read("orderflow.sql", tables);
    }

    private static String read(String name, Tables tables) {
        try (InputStream in = SchemaScript.class.getResourceAsStream(FOLDER + name)) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return script.replace(DEFAULT_PREFIX, tables.prefix());
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER + name, e);
        }
    }

    /** The statements that make the tables, in order, without comments. */
    public static List<String> statements(Tables tables) {
        return statements(text(tables));
    }

    /**
     * The statements that bring tables of version 1 to this one.
     *
     * @param before to be run first
     * @param pieces to be run for all batches, from {@code @first} to {@code @last} each time
     * @param after to be run last
     */
    record Upgrade(List<String> before, List<String> pieces, List<String> after) {}

    static Upgrade upgrade(Dialect dialect, Tables tables) {
        String folder = dialect == Dialect.H2 ? "h2" : "mysql";
        String[] parts = read(folder + "/V2__orderflow.sql", tables).split(PART);
        return new Upgrade(statements(parts[0]), statements(parts[1]), statements(parts[2]));
    }

    private static List<String> statements(String script) {
        String withoutComments = script.replaceAll("(?m)^--.*$", "");
        return Arrays.stream(withoutComments.split(";"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }
}
