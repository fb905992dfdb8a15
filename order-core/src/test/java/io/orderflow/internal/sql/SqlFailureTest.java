package io.orderflow.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the databases really say, and what the driver and the pool are known to say. */
class SqlFailureTest extends DatabaseContract {
    @Test
    void aKeyThatIsTaken() {
        tampered();
        shop().execute("INSERT INTO orderflow_wallet VALUES (1, 0)");
        assertEquals(SqlFailure.DUPLICATE_KEY, failureOf("INSERT INTO orderflow_wallet VALUES (1, 0)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO orderflow_wallet VALUES (1, -1)",
                "INSERT INTO orderflow_stock (product, available, unit_price) VALUES (1, -1, 0)",
                "INSERT INTO orderflow_stock (product, available, unit_price) VALUES (1, 0, -1)",
                "INSERT INTO orderflow_order_line VALUES (x'00112233445566778899aabbccddeeff', 0, 1, 0, 1)"
            })
    void aValueThatAConstraintForbids(String sql) {
        assertEquals(SqlFailure.CHECK_VIOLATED, failureOf(sql));
    }

    @Test
    void aValueThatDoesNotFitItsColumn() {
        assertEquals(SqlFailure.DATA, failureOf("INSERT INTO orderflow_wallet VALUES (1, 99999999999999999999)"));
        assertEquals(SqlFailure.DATA, failureOf("INSERT INTO orderflow_wallet VALUES (1, NULL)"));
    }

    @Test
    void aTableThatIsGoneIsTheSurroundingsFault() {
        assertEquals(SqlFailure.OUTAGE, failureOf("INSERT INTO orderflow_nothing VALUES (1)"));
        assertEquals(SqlFailure.OUTAGE, failureOf("INSERT nonsense"));
    }

    @Test
    void aRowThatSomebodyHolds() throws SQLException {
        tampered();
        shop().execute("INSERT INTO orderflow_wallet VALUES (1, 0)");
        try (Connection foreign = shop().foreign();
                Statement statement = foreign.createStatement();
                Session session = shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS)) {
            statement.executeUpdate("UPDATE orderflow_wallet SET balance = 5");
            SqlFailure failure = failureOf(session, "UPDATE orderflow_wallet SET balance = 6");
            assertEquals(SqlFailure.CONTENTION, failure);
            foreign.rollback();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1213, 40001, CONTENTION",
        "1205, HY000, CONTENTION",
        "1020, HY000, CONTENTION",
        "0, 40001, CONTENTION",
        "1062, 23000, DUPLICATE_KEY",
        "23505, 23505, DUPLICATE_KEY",
        "3819, HY000, CHECK_VIOLATED",
        "4025, 23000, CHECK_VIOLATED",
        "1290, HY000, OUTAGE",
        "1114, HY000, OUTAGE",
        "1153, S1000, OUTAGE",
        "1142, 42000, OUTAGE",
        "0, 08S01, CONNECTION_LOST",
        "1317, 70100, CONNECTION_LOST",
        "1053, 08S01, CONNECTION_LOST",
        "1264, 22003, DATA",
        "1406, 22001, DATA",
        "1048, 23000, DATA"
    })
    void codesAndStates(int code, String state, SqlFailure expected) {
        assertEquals(expected, SqlFailure.of(new SQLException("said so", state, code)));
    }

    @Test
    void theFirstDefiniteWordOfTheChainCounts() {
        SQLException lost = new SQLException("lost", "08S01");
        assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(new SQLException("odd", null, 0, lost)));
        assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(new SQLRecoverableException("lost")));
        assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(new SQLNonTransientConnectionException("lost")));
        assertEquals(SqlFailure.OUTAGE, SqlFailure.of(new SQLTransientConnectionException("the pool is empty")));
        assertEquals(SqlFailure.OUTAGE, SqlFailure.of(new SQLException("never heard of")));
    }

    @Test
    void onlyALostConnectionLeavesADoubt() {
        for (SqlFailure failure : SqlFailure.values()) {
            assertEquals(failure != SqlFailure.CONNECTION_LOST, failure.isDefinite());
        }
        assertTrue(SqlFailure.OUTAGE.endsConnection());
        assertFalse(SqlFailure.DATA.endsConnection());
        assertFalse(SqlFailure.CHECK_VIOLATED.endsConnection());
    }

    private SqlFailure failureOf(String sql) {
        try (Session session = shop().session()) {
            return failureOf(session, sql);
        }
    }

    private static SqlFailure failureOf(Session session, String sql) {
        try {
            session.update(sql);
        } catch (SQLException e) {
            return SqlFailure.of(e);
        }
        throw new AssertionError("nothing failed: " + sql);
    }
}
