package io.orderflow.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What is done with an answer that is late, odd, or none. The connection is H2's, which is asked as MariaDB is. */
class KnownReplicationTest {
    private final Queue<Long> times = new ArrayDeque<>();

    @Test
    void anOlderQuestionDoesNotReplaceANewerAnswer() throws SQLException {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                Connection connection = database.connect()) {
            KnownReplication known = known(database);
            times.addAll(List.of(10L, 5L));
            known.learn(connection, Dialect.H2);
            known.learn(failing(new IllegalStateException("odd"), connection), Dialect.MARIADB);
            assertEquals(Degree.NONE, known.known().orElseThrow().degree());
        }
    }

    @Test
    void anAnswerThatCannotBeReadIsNoFailure() throws SQLException {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                Connection connection = database.connect()) {
            KnownReplication known = known(database);
            times.addAll(List.of(1L, 2L, 3L));
            known.learn(failing(new NumberFormatException("odd"), connection), Dialect.MARIADB);
            assertEquals(Degree.UNKNOWN, known.known().orElseThrow().degree());
            known.learn(failing(new SQLException("denied", "42000", 1227), connection), Dialect.MARIADB);
            assertEquals(Degree.UNKNOWN, known.known().orElseThrow().degree());
            SQLException lost = new SQLException("gone", "08S01");
            assertThrows(SQLException.class, () -> known.learn(failing(lost, connection), Dialect.MARIADB));
        }
    }

    private KnownReplication known(TestDatabase database) throws SQLException {
        return new KnownReplication(database.dataSource(1), Clock.systemUTC(), times::remove);
    }

    private static Connection failing(Exception failure, Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createStatement")) {
                        throw failure;
                    }
                    return method.invoke(connection, arguments);
                });
    }
}
