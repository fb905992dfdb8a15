package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A pool behind a proxy that reads from a replica which lags: while it hides, no plain SELECT from one table finds a
 * row, and everything else is as it is. Threadsafe.
 */
public final class HidingDataSource {
    private final DataSource inner;
    private final String from;
    private volatile boolean hiding = true;

    /** Hides the rows of the table from now on. */
    public HidingDataSource(DataSource inner, String table) {
        this.inner = requireNonNull(inner, "inner");
        this.from = " FROM " + table + " ";
    }

    /** The replica has caught up. */
    public void show() {
        hiding = false;
    }

    /** The pool that hides. */
    public DataSource dataSource() {
        return proxy(DataSource.class, inner);
    }

    /** Statements of the connections are wrapped, and connections of the pool; nothing else comes back through here. */
    private <T> T proxy(Class<T> type, T target) {
        InvocationHandler handler = (self, method, arguments) -> {
            Object result = call(method, target, hidden(method, arguments));
            if (result instanceof Connection connection && target instanceof DataSource) {
                return proxy(Connection.class, connection);
            }
            return result instanceof Statement statement && method.getName().equals("createStatement")
                    ? proxy(Statement.class, statement)
                    : result;
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Object[] hidden(Method method, Object[] arguments) {
        if (hiding
                && method.getName().equals("executeQuery")
                && arguments != null
                && arguments[0] instanceof String sql
                && sql.contains(from)
                && !sql.contains("FOR UPDATE")) {
            return new Object[] {sql.replace(" WHERE ", " WHERE 1 = 0 AND ")};
        }
        return arguments;
    }

    private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
