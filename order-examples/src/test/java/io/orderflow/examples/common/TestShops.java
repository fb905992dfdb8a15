package io.orderflow.examples.common;

import io.orderflow.Acceptance;
import io.orderflow.OrderSchema;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Shops of the tests. */
public final class TestShops {
    private TestShops() {}

    /** A shop on a database of the test's, with the patience of a service. */
    public static Shop open(TestDatabase database, int connections) {
        return open(database.jdbcUrl(), database.user(), database.password(), connections);
    }

    /** A connection to the embedded database in a folder, for a test that looks into its tables. */
    public static Connection connectEmbedded(Path folder) throws SQLException {
        try (EmbeddedDatabase database = new EmbeddedDatabase(folder)) {
            return database.getConnection();
        }
    }

    /** The queue in memory for orders that nothing else keeps. */
    public static ShopQueue queueOnly() {
        return new ShopQueue(Optional.empty(), "memory", Acceptance.QUEUE_ONLY, true, Optional.empty(), false);
    }

    /** A shop on a database that may not be there. */
    public static Shop open(String url, String user, String password, int connections) {
        return Shop.at(url, Optional.of(user), password, connections, Shop.Patience.SERVICE, "orderflow_");
    }

    /** The tables of the first version in a folder's embedded database, empty. */
    public static void makeFirstVersion(Path folder) throws IOException, SQLException {
        Files.createDirectories(folder);
        try (InputStream script = OrderSchema.class.getResourceAsStream("schema/h2/V1__orderflow.sql");
                Connection connection = connectEmbedded(folder);
                Statement statement = connection.createStatement()) {
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Which version the tables in a folder's embedded database have. */
    public static int version(Path folder) throws SQLException {
        try (Connection connection = connectEmbedded(folder);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version FROM orderflow_schema_version WHERE id = 1")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
