package io.orderflow.internal.sql;

import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Connections of the host's pool. Between us and the server stand pools, drivers, circuit breakers, token sources and
 * routers of the host's, and whatever those throw is an outage and never the fault of the order that is at work: it
 * arrives here as an SQLException. An {@link Error} of the virtual machine itself goes through. Thread-safe.
 */
public final class HostConnections {
    /**
     * Results that are read from memory, with thousands of calls for each batch, and throw nothing of their own: a
     * guard would cost more than the reading.
     */
    private static final ClassValue<Boolean> PLAIN = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            String name = type.getName();
            return Stream.of("com.mysql.cj.", "org.mariadb.jdbc.", "org.h2.jdbc.", "com.zaxxer.hikari.pool.")
                    .anyMatch(name::startsWith);
        }
    };

    private static final Reasons REASONS = new Reasons();

    private HostConnections() {}

    /**
     * Why each data source had no connection last. HikariCP tells it to the first who asks after a failure, and the
     * others only that they waited.
     */
    private static final class Reasons {
        private final List<Reason> known = new ArrayList<>();

        private record Reason(WeakReference<DataSource> of, Throwable deepest) {}

        synchronized void complete(DataSource dataSource, SQLException thrown) {
            Throwable deepest = SqlFailure.deepest(thrown);
            if (deepest != thrown) {
                forget(dataSource);
                known.add(new Reason(new WeakReference<>(dataSource), deepest));
            } else if (thrown.getErrorCode() == 0 && thrown.getSuppressed().length == 0) {
                known.stream()
                        .filter(reason -> reason.of().refersTo(dataSource))
                        .forEach(reason -> add(thrown, reason.deepest()));
            }
        }

        /** By identity: a host's proxy may pass on hashCode and equals too, and fail there. */
        synchronized void forget(DataSource dataSource) {
            if (!known.isEmpty()) {
                known.removeIf(reason ->
                        reason.of().refersTo(dataSource) || reason.of().refersTo(null));
            }
        }
    }

    /**
     * Takes a connection from the pool.
     *
     * @return a connection whose calls, and those of its statements and of what those return, throw nothing but
     *     SQLException; the results of the known drivers and of HikariCP are returned as they are
     * @throws SQLException if there is none, for whatever reason
     */
    public static Connection take(DataSource dataSource) throws SQLException {
        return (Connection) guard(takeBare(dataSource), Connection.class);
    }

    /**
     * Takes a connection from the pool as it is, for somebody who guards it or passes it on.
     *
     * @throws SQLException if there is none, for whatever reason
     */
    public static Connection takeBare(DataSource dataSource) throws SQLException {
        Connection connection;
        try {
            connection = dataSource.getConnection();
        } catch (SQLException e) {
            REASONS.complete(dataSource, e);
            throw e;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw outage("the data source gave no connection", e);
        }
        if (connection == null) {
            throw new SQLException("the data source gave null instead of a connection", "08001");
        }
        REASONS.forget(dataSource);
        return connection;
    }

    /** A broken connection for all we know: what was under way on it was done, or not. */
    private static SQLException outage(String what, Throwable thrown) {
        return new SQLRecoverableException(what + ": " + SqlFailure.reason(thrown), "08S01", thrown);
    }

    /**
     * Ends a connection for good: after a failure nobody knows what state it is in. Whatever a host's pool throws
     * meanwhile is added to that failure, and what is left to do is done.
     */
    public static void discard(Connection connection, Throwable first) {
        abort(connection, first);
        close(connection, first);
    }

    /**
     * Adds a failure to the first one, unless it is that one: what sits between may throw the same exception each time.
     */
    public static void add(Throwable first, Throwable later) {
        if (later != first) {
            first.addSuppressed(later);
        }
    }

    /** Breaks a connection, if that can be done; a failure of that is added to the first one. */
    static void abort(Connection connection, Throwable first) {
        attempt(first, () -> {
            connection.abort(Runnable::run);
            if (!connection.isValid(1)) {
                letThePoolHear(connection);
            }
        });
    }

    /**
     * Pools notice a broken connection by what it throws. What MariaDB's driver throws while HikariCP sets an aborted
     * connection back does not look like one, and the next caller would get it.
     */
    private static void letThePoolHear(Connection aborted) {
        try {
            aborted.rollback();
        } catch (SQLException heard) {
            // it says that the connection is closed, which is the purpose
        }
    }

    /** Gives a connection back; a failure of that is added to the first one. */
    static void close(Connection connection, Throwable first) {
        attempt(first, connection::close);
    }

    /** Something done with a connection that is not used any more. */
    private interface LastStep {
        void run() throws SQLException;
    }

    private static void attempt(Throwable first, LastStep step) {
        try {
            step.run();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            add(first, e);
        }
    }

    private static Object guard(Object target, Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Guard(target));
    }

    /** Passes each call on. */
    private record Guard(Object target) implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method, arguments);
            }
            Object result;
            try {
                result = method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                Throwable thrown = e.getCause();
                if (thrown instanceof SQLException said && method.getName().equals("close")) {
                    // Java adds it to the failure before, and refuses to if that is the same one
                    throw new SQLException(said.getMessage(), said.getSQLState(), said.getErrorCode(), said);
                }
                if (thrown instanceof SQLException || thrown instanceof VirtualMachineError) {
                    throw thrown;
                }
                throw outage("the connection failed", thrown);
            }
            return guarded(result, method.getReturnType());
        }

        /** A guard is itself alone, so that it can be a key. */
        private Object ofObject(Object proxy, Method method, Object[] arguments) {
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "guarded " + target;
            };
        }

        private static Object guarded(Object result, Class<?> declared) {
            if (result == null) {
                return null;
            }
            if (declared == Statement.class
                    || declared == PreparedStatement.class
                    || declared == CallableStatement.class
                    || declared == DatabaseMetaData.class
                    || declared == ResultSet.class && !PLAIN.get(result.getClass())) {
                return guard(result, declared);
            }
            return result;
        }
    }
}
