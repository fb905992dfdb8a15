package io.orderflow.internal.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Whatever a host's pool, driver or proxy throws arrives as an SQLException that nobody takes for an order's fault. */
class HostConnectionsTest {
    private static final List<Throwable> STRANGE = List.of(
            new IllegalStateException("the vault is sealed"),
            new UndeclaredThrowableException(new IOException("no route")),
            new NoClassDefFoundError("com/example/Driver"),
            new AssertionError("not here"));

    @Test
    void openingThatThrowsAnythingIsAnOutage() {
        for (Throwable strange : STRANGE) {
            SQLException outage = assertThrows(SQLException.class, () -> HostConnections.take(source(strange, null)));
            assertSame(strange, outage.getCause());
            assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(outage));
        }
        SQLException none = assertThrows(SQLException.class, () -> HostConnections.take(source(null, null)));
        assertEquals("the data source gave null instead of a connection", none.getMessage());
        assertTrue(SqlFailure.of(none).endsConnection());
    }

    @Test
    void anSqlExceptionAndTheMachinesOwnErrorsGoThrough() {
        SQLException said = new SQLException("said", "22001", 1406);
        assertSame(said, assertThrows(SQLException.class, () -> HostConnections.take(source(said, null))));
        OutOfMemoryError full = new OutOfMemoryError("on purpose");
        assertSame(full, assertThrows(OutOfMemoryError.class, () -> HostConnections.take(source(full, null))));
    }

    @Test
    void everyCallOnTheConnectionItsStatementsAndItsResultsIsGuarded() throws SQLException {
        for (Throwable strange : STRANGE) {
            Connection connection = HostConnections.take(source(null, connection(strange)));
            assertGuarded(strange, connection::commit);
            assertGuarded(strange, connection::rollback);
            assertGuarded(strange, () -> connection.setTransactionIsolation(1));
            assertGuarded(strange, () -> connection.getMetaData().getDatabaseProductName());
            Statement statement = connection.createStatement();
            assertGuarded(strange, () -> statement.executeUpdate("UPDATE x SET y = 1"));
            ResultSet row = statement.executeQuery("SELECT 1");
            assertGuarded(strange, row::next);
            assertGuarded(strange, () -> row.getLong(1));
            PreparedStatement prepared = connection.prepareStatement("SELECT ?");
            assertGuarded(strange, () -> prepared.setLong(1, 1));
            assertGuarded(strange, prepared.executeQuery()::next);
            assertGuarded(strange, connection::close);
            assertEquals(connection, connection);
            assertFalse(connection.equals(HostConnections.take(source(null, connection(strange)))));
        }
    }

    @Test
    void theSameExceptionFromEveryCallIsThatExceptionAndNotOneOfItsOwn() throws SQLException {
        SQLException broken = new SQLException("the circuit is open", "08006");
        DataSource source = source(null, connection(broken));
        assertSame(
                broken,
                assertThrows(
                        SQLException.class,
                        () -> Session.on(
                                HostConnections.take(source),
                                new Session.Settings(
                                        false, Duration.ofSeconds(1), Duration.ofSeconds(9), Duration.ofSeconds(1)))));
        Connection connection = HostConnections.take(source);
        HostConnections.discard(connection, broken);
        assertSame(broken, assertThrows(SQLException.class, () -> {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE x SET y = 1");
            }
        }));
    }

    @Test
    void aDataSourceThatThrowsTheSameExceptionForEverIsToldTheReasonOnce() throws SQLException {
        IOException reason = new IOException("connection refused");
        SQLException waited = new SQLException("none within 1 s", "08001");
        AtomicReference<SQLException> next = new AtomicReference<>(new SQLException("none", "08001", reason));
        DataSource source = proxy(DataSource.class, (self, method, arguments) -> {
            // a proxy that passes on everything, hashCode too
            if (next.get() == null && method.getName().equals("getConnection")) {
                return connection(waited);
            }
            throw next.get() == null ? new IllegalStateException("the vault is sealed") : next.get();
        });
        assertThrows(SQLException.class, () -> HostConnections.take(source));
        next.set(waited);
        for (int i = 0; i < 3; i++) {
            assertSame(waited, assertThrows(SQLException.class, () -> HostConnections.take(source)));
        }
        assertEquals(List.of(reason), List.of(waited.getSuppressed()));
        next.set(null);
        assertNotNull(HostConnections.take(source));
    }

    /** As one that passes nothing on but what it knows; the pool would miss a connection for ever. */
    @Test
    void aConnectionThatCannotBeBrokenIsGivenBackAllTheSame() {
        for (Throwable strange : STRANGE) {
            AtomicInteger closed = new AtomicInteger();
            Connection bare = proxy(Connection.class, (self, method, arguments) -> {
                if (method.getName().equals("close")) {
                    closed.incrementAndGet();
                }
                throw strange;
            });
            SQLException first = new SQLException("broken", "08S01");
            HostConnections.discard(bare, first);
            assertEquals(1, closed.get());
            assertEquals(List.of(strange, strange), List.of(first.getSuppressed()));
        }
    }

    private static void assertGuarded(Throwable strange, org.junit.jupiter.api.function.Executable call) {
        SQLException outage = assertThrows(SQLException.class, call);
        assertSame(strange, outage.getCause());
        assertEquals(SqlFailure.CONNECTION_LOST, SqlFailure.of(outage), "what was under way is in doubt");
        assertInstanceOf(SQLException.class, outage);
    }

    private static DataSource source(Throwable thrown, Connection connection) {
        return proxy(DataSource.class, (self, method, arguments) -> {
            if (thrown != null) {
                throw thrown;
            }
            return connection;
        });
    }

    /** Gives statements and results, and fails at everything else. */
    private static Connection connection(Throwable thrown) {
        return proxy(Connection.class, failing(thrown));
    }

    private static InvocationHandler failing(Throwable thrown) {
        return (self, method, arguments) -> {
            Class<?> result = method.getReturnType();
            if (result.isInterface() && result.getPackageName().equals("java.sql")) {
                return proxy(result, failing(thrown));
            }
            throw thrown;
        };
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
