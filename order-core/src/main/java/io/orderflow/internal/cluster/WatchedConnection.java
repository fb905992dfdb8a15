package io.orderflow.internal.cluster;

import io.orderflow.internal.sql.HostConnections;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A connection whose failures are heard, those of its statements too. One that heard its server refuse to write is
 * ended instead of going back to its pool. Results are those of the driver: a server refuses before it sends rows. As
 * thread-safe as the connection.
 */
final class WatchedConnection implements InvocationHandler {
    private final Connection connection;
    private final Consumer<SQLException> ear;

    /** The first failure after which the connection must not be used again; empty so far if null. */
    private volatile SQLException refusal;

    private WatchedConnection(Connection connection, Consumer<SQLException> ear) {
        this.connection = connection;
        this.ear = ear;
    }

    /**
     * The same connection, heard by somebody.
     *
     * @param ear told each exception that the connection or a statement of it throws, on the thread to which it does
     */
    static Connection of(Connection connection, Consumer<SQLException> ear) {
        return proxy(Connection.class, new WatchedConnection(connection, ear));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close") && refusal != null) {
            HostConnections.discard(connection, refusal);
            return null;
        }
        return call(proxy, connection, method, arguments);
    }

    /** Passes a call on, and hears what comes of it. */
    private Object call(Object proxy, Object target, Method method, Object[] arguments) throws Throwable {
        Optional<Object> own = ofObject(proxy, target, method, arguments);
        if (own.isPresent()) {
            return own.get();
        }
        try {
            return watched(proxy, method.invoke(target, arguments), method.getReturnType());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException said) {
                hear(said);
            }
            throw e.getCause();
        }
    }

    private void hear(SQLException said) {
        if (ReadOnlyFailure.is(said) && refusal == null) {
            refusal = said;
        }
        ear.accept(said);
    }

    /** It is itself alone, so that it can be a key. */
    private static Optional<Object> ofObject(Object proxy, Object target, Method method, Object[] arguments) {
        if (method.getDeclaringClass() != Object.class) {
            return Optional.empty();
        }
        return Optional.of(
                switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "watched " + target;
                });
    }

    private Object watched(Object proxy, Object result, Class<?> declared) {
        if (declared == Connection.class && proxy instanceof Statement) {
            return watchedBy(proxy);
        }
        if (declared == Statement.class || declared == PreparedStatement.class || declared == CallableStatement.class) {
            return proxy(declared, new WatchedStatement((Connection) proxy, result));
        }
        return result;
    }

    private static Object watchedBy(Object statement) {
        return ((WatchedStatement) Proxy.getInvocationHandler(statement)).of;
    }

    /** A statement of it. */
    private final class WatchedStatement implements InvocationHandler {
        private final Connection of;
        private final Object statement;

        WatchedStatement(Connection of, Object statement) {
            this.of = of;
            this.statement = statement;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            return call(proxy, statement, method, arguments);
        }
    }
}
