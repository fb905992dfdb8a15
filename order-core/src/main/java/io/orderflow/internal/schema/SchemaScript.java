package io.orderflow.internal.schema;

import io.orderflow.internal.sql.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The versioned SQL resource that makes the tables, with the host's prefix in place of the default one. */
public final class SchemaScript {
    /** The version of the tables that this release works with. */
    public static final int VERSION = 1;

    private static final String RESOURCE = "/io/orderflow/schema/V1__orderflow.sql";

    static final String DEFAULT_PREFIX = "orderflow_";

    private SchemaScript() {}

    /** The whole script. */
    public static String text(Tables tables) {
        try (InputStream in = SchemaScript.class.getResourceAsStream(RESOURCE)) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return script.replace(DEFAULT_PREFIX, tables.prefix());
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /** The script's statements, in order, without comments. */
    public static List<String> statements(Tables tables) {
        String withoutComments = text(tables).replaceAll("(?m)^--.*$", "");
        return Arrays.stream(withoutComments.split(";"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }
}
