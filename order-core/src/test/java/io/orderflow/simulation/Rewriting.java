package io.orderflow.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A data source whose connections do something else than they are told, and do not say so. */
final class Rewriting {
    private Rewriting() {}

    /** Every statement is another one. */
    static DataSource statements(DataSource inner, UnaryOperator<String> rewrite) {
        return proxy(DataSource.class, inner, (connection, method, arguments) -> {
            if (connection instanceof Connection opened) {
                return proxy(Connection.class, opened, (made, how, given) -> statement(made, how, rewrite));
            }
            return connection;
        });
    }

    /** Some commits are rollbacks. */
    static DataSource commits(DataSource inner, BooleanSupplier forgotten) {
        return proxy(DataSource.class, inner, (result, method, arguments) -> {
            if (!(result instanceof Connection opened)) {
                return result;
            }
            InvocationHandler handler = (self, how, given) -> {
                if (how.getName().equals("commit") && forgotten.getAsBoolean()) {
                    opened.rollback();
                    return null;
                }
                return call(how, opened, given);
            };
            return Proxy.newProxyInstance(Rewriting.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
        });
    }

    private static Object statement(Object made, Method how, UnaryOperator<String> rewrite) {
        if (made instanceof PreparedStatement || !(made instanceof Statement statement)) {
            return made;
        }
        InvocationHandler handler = (self, method, given) -> {
            if (given != null && given[0] instanceof String sql) {
                given[0] = rewrite.apply(sql);
            }
            return call(method, statement, given);
        };
        return Proxy.newProxyInstance(Rewriting.class.getClassLoader(), new Class<?>[] {Statement.class}, handler);
    }

    /** Looks at what a call gave and gives something else. */
    @FunctionalInterface
    private interface Exchange {
        Object of(Object result, Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Object inner, Exchange exchange) {
        InvocationHandler handler =
                (self, method, arguments) -> exchange.of(call(method, inner, arguments), method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
