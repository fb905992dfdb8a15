package io.orderflow.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** What tests need to know about a MariaDB or MySQL server of their own, wherever it runs. */
final class MySqlServer {

    static final String ADMIN = "root";
    static final String ADMIN_PASSWORD = "";

    /** A user without global rights, so that a test notices when the library needs them. */
    static final String USER = "order_test";

    static final String PASSWORD = "order_test";

    /** All schemas of tests start so. */
    static final String SCHEMA_PREFIX = "order_test_";

    private MySqlServer() {}

    /** A connection for short statements, given up when an answer takes longer than 30 s. */
    static Connection connectAsAdmin(ServerAddress server) throws SQLException {
        return DriverManager.getConnection(
                server.jdbcUrl("") + "&socketTimeout=30000", server.adminUser(), server.adminPassword());
    }

    static boolean answers(ServerAddress server) {
        try (Connection connection = connectAsAdmin(server)) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    static void createUser(ServerAddress server) {
        try (Connection connection = connectAsAdmin(server);
                Statement statement = connection.createStatement()) {
            // an anonymous 'localhost' user of a fresh MariaDB would win over '%'
            for (String host : new String[] {"localhost", "%"}) {
                String user = "'" + USER + "'@'" + host + "'";
                statement.execute("CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY '" + PASSWORD + "'");
                statement.execute("GRANT ALL ON `" + SCHEMA_PREFIX.replace("_", "\\_") + "%`.* TO " + user);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the test user could not be created on " + server, e);
        }
    }
}
