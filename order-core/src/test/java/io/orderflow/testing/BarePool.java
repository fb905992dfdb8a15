package io.orderflow.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;

/**
 * A pool that resets nothing: what one user leaves behind, the next one finds, an open transaction included, as with
 * pools whose settings a host has left alone. Threadsafe.
 */
public final class BarePool implements AutoCloseable {

    /** Makes a connection as the host wants it. */
    @FunctionalInterface
    public interface Source {
        Connection open() throws SQLException;
    }

    private final Source source;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final List<Connection> all = new ArrayList<>();
    private final ThreadLocal<Connection> bound = new ThreadLocal<>();
    private int out;
    private int closedAgain;

    public BarePool(Source source) {
        this.source = source;
    }

    /** The pool as a data source. */
    public DataSource dataSource() {
        return proxy(DataSource.class, (self, method, arguments) -> switch (method.getName()) {
            case "getConnection" -> take();
            case "toString" -> "bare pool";
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    /**
     * From now on this thread gets the given connection whenever it asks, and closing it does nothing, as with a data
     * source that follows the host's transactions. Null ends that.
     */
    public void bind(Connection connection) {
        bound.set(connection);
    }

    /** The connections that were handed out and not closed. */
    public synchronized int out() {
        return out;
    }

    /** How often one was closed that was closed before. */
    public synchronized int closedAgain() {
        return closedAgain;
    }

    /** How many connections were made. */
    public synchronized int made() {
        return all.size();
    }

    private Connection take() throws SQLException {
        if (bound.get() != null) {
            return handle(bound.get(), true);
        }
        synchronized (this) {
            Connection connection = idle.pollFirst();
            if (connection == null || connection.isClosed()) {
                connection = source.open();
                all.add(connection);
            }
            out++;
            return handle(connection, false);
        }
    }

    private Connection handle(Connection connection, boolean foreign) {
        boolean[] closed = {false};
        InvocationHandler handler = (self, method, arguments) -> {
            if (method.getName().equals("close")) {
                giveBack(connection, foreign, closed);
                return null;
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return proxy(Connection.class, handler);
    }

    private synchronized void giveBack(Connection connection, boolean foreign, boolean[] closed) {
        if (closed[0]) {
            closedAgain++;
        } else if (!foreign) {
            out--;
            idle.addFirst(connection);
        }
        closed[0] = true;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public synchronized void close() throws SQLException {
        for (Connection connection : all) {
            connection.close();
        }
    }
}
