package io.orderflow.testing;

import io.orderflow.testing.FaultPlan.Step;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.Statement;

/**
 * One connection of a {@link FaultyDataSource} and its statements. Once lost, the inner connection is rolled back and
 * closed, and every call but {@code close} and the questions about its state fails with SQL state 08003.
 */
final class FaultyConnection implements InvocationHandler {

    private final Connection inner;
    private final FaultPlan plan;
    private final Runnable whenClosed;
    private final Connection proxy;
    private volatile boolean lost;
    private boolean closed;

    FaultyConnection(Connection inner, FaultPlan plan, Runnable whenClosed) {
        this.inner = inner;
        this.plan = plan;
        this.whenClosed = whenClosed;
        this.proxy = proxy(Connection.class, this);
    }

    Connection proxy() {
        return proxy;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> (lost ? "lost " : "faulty ") + inner;
            case "close" -> close();
            case "isClosed" -> lost || inner.isClosed();
            case "isValid" -> !lost && inner.isValid((int) arguments[0]);
            case "commit" -> {
                refuseIfLost();
                yield around(Step.BEFORE_COMMIT, Step.AFTER_COMMIT, "COMMIT", method, inner, arguments);
            }
            default -> {
                refuseIfLost();
                Object result = call(method, inner, arguments);
                yield result instanceof Statement statement ? decorate(statement, arguments) : result;
            }
        };
    }

    private Object close() throws SQLException {
        synchronized (this) {
            if (!closed) {
                closed = true;
                whenClosed.run();
            }
        }
        inner.close();
        return null;
    }

    private Object decorate(Statement statement, Object[] arguments) {
        String prepared = arguments != null && arguments[0] instanceof String sql ? sql : "";
        InvocationHandler handler = (self, method, given) -> invoke(statement, prepared, self, method, given);
        return proxy(statementType(statement), handler);
    }

    private static Class<? extends Statement> statementType(Statement statement) {
        if (statement instanceof CallableStatement) {
            return CallableStatement.class;
        }
        return statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
    }

    private Object invoke(Statement statement, String prepared, Object self, Method method, Object[] arguments)
            throws Throwable {
        String name = method.getName();
        return switch (name) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> statement.toString();
            case "isClosed" -> lost || statement.isClosed();
            case "getConnection" -> proxy;
            case "close" -> {
                statement.close();
                yield null;
            }
            default -> {
                refuseIfLost();
                if (!name.startsWith("execute")) {
                    yield call(method, statement, arguments);
                }
                String sql = arguments != null && arguments[0] instanceof String text ? text : prepared;
                yield around(Step.BEFORE_EXECUTE, Step.AFTER_EXECUTE, sql, method, statement, arguments);
            }
        };
    }

    private Object around(Step before, Step after, String sql, Method method, Object target, Object[] arguments)
            throws Throwable {
        ask(before, sql);
        Object result = call(method, target, arguments);
        ask(after, sql);
        return result;
    }

    private void ask(Step step, String sql) throws SQLException {
        try {
            plan.reached(step, sql);
        } catch (SQLException failure) {
            String state = String.valueOf(failure.getSQLState());
            if (state.startsWith("08")) {
                lost = true;
                rollBack(failure);
                inner.close();
            } else if (state.startsWith("40")) {
                rollBack(failure);
            }
            throw failure;
        }
    }

    private void rollBack(SQLException failure) {
        try {
            if (!inner.getAutoCommit()) {
                inner.rollback();
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private void refuseIfLost() throws SQLException {
        if (lost) {
            throw new SQLRecoverableException("injected: this connection was lost before", "08003");
        }
    }

    private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
