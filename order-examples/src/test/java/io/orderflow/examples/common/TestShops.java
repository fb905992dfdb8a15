package io.orderflow.examples.common;

import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
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

    /** A shop on a database that may not be there. */
    public static Shop open(String url, String user, String password, int connections) {
        return Shop.at(url, Optional.of(user), password, connections, Shop.Patience.SERVICE, "orderflow_");
    }
}
