package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultyDataSourceTest {

    private TestDatabase database;
    private FaultyDataSource faulty;

    @BeforeEach
    void open() throws SQLException {
        database = TestDatabase.h2();
        faulty = new FaultyDataSource(database.dataSource(2), FaultPlan.NONE);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE probe (id BIGINT PRIMARY KEY)");
        }
    }

    @AfterEach
    void close() {
        assertEquals(0, faulty.openConnections());
        database.close();
    }

    @ParameterizedTest
    @CsvSource({"BEFORE_EXECUTE, 0", "AFTER_EXECUTE, 0", "BEFORE_COMMIT, 0", "AFTER_COMMIT, 1"})
    void aLossLeavesWhatTheStepHadReached(Step step, int rows) throws SQLException {
        faulty.setPlan(FaultPlan.nth(step, 1));
        SQLException failure = assertThrows(SQLException.class, this::insertInTransaction);
        assertEquals("08S01", failure.getSQLState());
        assertEquals(rows, rows());
    }

    @Test
    void withoutATransactionTheStatementIsCommittedBeforeTheLoss() throws SQLException {
        faulty.setPlan(FaultPlan.nth(Step.AFTER_EXECUTE, 1));
        try (Connection connection = faulty.getConnection();
                PreparedStatement statement = connection.prepareStatement("INSERT INTO probe VALUES (1)")) {
            assertThrows(SQLException.class, statement::executeUpdate);
        }
        assertEquals(1, rows());
    }

    @Test
    void noConnectionIsGivenOut() throws SQLException {
        faulty.setPlan(FaultPlan.nth(Step.GET_CONNECTION, 2));
        faulty.getConnection().close();
        assertThrows(SQLException.class, faulty::getConnection);
        faulty.getConnection().close();
    }

    @Test
    void aLostConnectionStaysLost() throws SQLException {
        faulty.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 1));
        Connection connection = faulty.getConnection();
        connection.setAutoCommit(false);
        PreparedStatement statement = connection.prepareStatement("INSERT INTO probe VALUES (1)");
        assertThrows(SQLException.class, statement::execute);
        assertThrows(SQLException.class, statement::execute);
        assertThrows(SQLException.class, () -> statement.setLong(1, 2));
        assertThrows(SQLException.class, connection::createStatement);
        assertThrows(SQLException.class, connection::commit);
        assertThrows(SQLException.class, connection::rollback);
        assertFalse(connection.isValid(1));
        assertTrue(connection.isClosed());
        assertEquals(1, faulty.openConnections());
        statement.close();
        connection.close();
        connection.close();
        assertEquals(0, rows());
    }

    @Test
    void aDeadlockRollsBackAndLeavesTheConnectionUsable() throws SQLException {
        faulty.setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 2, FaultPlan::deadlock));
        try (Connection connection = faulty.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO probe VALUES (1)");
            SQLException failure =
                    assertThrows(SQLException.class, () -> statement.execute("INSERT INTO probe VALUES (2)"));
            assertEquals(1213, failure.getErrorCode());
            statement.execute("INSERT INTO probe VALUES (3)");
            connection.commit();
            assertEquals(1, rows());
        }
    }

    @Test
    void aLockWaitTimeoutLeavesTheTransactionOpen() throws SQLException {
        faulty.setPlan(FaultPlan.nth(Step.AFTER_EXECUTE, 2, FaultPlan::lockWaitTimeout)
                .and(FaultPlan.nth(Step.AFTER_EXECUTE, 3, FaultPlan::readOnly)));
        try (Connection connection = faulty.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO probe VALUES (1)");
            assertThrows(SQLException.class, () -> statement.execute("SELECT 1"));
            // the first plan failed at the second time, so the second plan has seen one step less
            statement.execute("SELECT 1");
            assertEquals(
                    1290,
                    assertThrows(SQLException.class, () -> statement.execute("SELECT 1"))
                            .getErrorCode());
            connection.commit();
        }
        assertEquals(1, rows());
    }

    @Test
    void thePlanSeesEachStepWithItsSql() throws SQLException {
        List<String> seen = new ArrayList<>();
        faulty.setPlan((step, sql) -> seen.add(step + " " + sql));
        insertInTransaction();
        assertEquals(
                List.of(
                        "GET_CONNECTION ",
                        "BEFORE_EXECUTE INSERT INTO probe VALUES (1)",
                        "AFTER_EXECUTE INSERT INTO probe VALUES (1)",
                        "BEFORE_COMMIT COMMIT",
                        "AFTER_COMMIT COMMIT"),
                seen);
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        List<Boolean> first = losses(FaultPlan.random(42, 0.3));
        assertEquals(first, losses(FaultPlan.random(42, 0.3)));
        long lost = first.stream().filter(loss -> loss).count();
        assertTrue(lost > 200 && lost < 400, lost + " of 1000");
    }

    @Test
    void statementsBelongToTheDecoratedConnection() throws SQLException {
        try (HikariDataSource above = new HikariDataSource();
                Connection connection = faulty.getConnection();
                Statement statement = connection.createStatement()) {
            assertSame(connection, statement.getConnection());
            assertEquals(connection, connection);
            assertNotSame(statement, connection.createStatement());
            above.setDataSource(faulty);
            try (Connection pooled = above.getConnection();
                    Statement pooledStatement = pooled.createStatement();
                    ResultSet result = pooledStatement.executeQuery("SELECT 1")) {
                assertTrue(result.next());
            }
        }
    }

    private static List<Boolean> losses(FaultPlan plan) {
        List<Boolean> losses = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            try {
                plan.reached(Step.BEFORE_COMMIT, "COMMIT");
                losses.add(false);
            } catch (SQLException lost) {
                losses.add(true);
            }
        }
        return losses;
    }

    private void insertInTransaction() throws SQLException {
        try (Connection connection = faulty.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO probe VALUES (1)");
            connection.commit();
        }
    }

    private int rows() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM probe")) {
            assertTrue(rows.next());
            return rows.getInt(1);
        }
    }
}
