package io.orderflow.testkit;

import io.orderflow.internal.sql.Dialect;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A pool on which the library's statements take the time from a test's clock: the expression by which they ask the
 * database for it is replaced by a literal. As thread-safe as that pool.
 */
final class ClockedDataSource {
    private static final List<String> NOW =
            Stream.of(Dialect.values()).map(Dialect::utcNow).distinct().toList();
    private static final DateTimeFormatter LITERAL = DateTimeFormatter.ofPattern(
                    "'TIMESTAMP '''uuuu-MM-dd HH:mm:ss.SSSSSS''")
            .withZone(ZoneOffset.UTC);

    private ClockedDataSource() {}

    static DataSource of(DataSource inner, TestClock clock) {
        return proxy(DataSource.class, inner, clock);
    }

    private static <T> T proxy(Class<T> type, T target, TestClock clock) {
        InvocationHandler handler = (self, method, arguments) -> {
            if (arguments != null && arguments[0] instanceof String sql) {
                arguments[0] = timed(sql, clock);
            }
            return wrapped(method, call(method, target, arguments), clock);
        };
        return type.cast(
                Proxy.newProxyInstance(ClockedDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** What carries statements comes back through here in turn; who asks for what is below gets that. */
    private static Object wrapped(Method method, Object result, TestClock clock) {
        if (method.getName().equals("unwrap")) {
            return result;
        }
        if (result instanceof Connection connection && method.getName().equals("getConnection")) {
            return proxy(Connection.class, connection, clock);
        }
        if (result instanceof CallableStatement statement) {
            return proxy(CallableStatement.class, statement, clock);
        }
        if (result instanceof PreparedStatement statement) {
            return proxy(PreparedStatement.class, statement, clock);
        }
        return result instanceof Statement statement ? proxy(Statement.class, statement, clock) : result;
    }

    private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String timed(String sql, TestClock clock) {
        String timed = sql;
        for (String now : NOW) {
            timed = timed(timed, now, clock);
        }
        return timed;
    }

    private static String timed(String sql, String now, TestClock clock) {
        int place = sql.indexOf(now);
        if (place < 0) {
            return sql;
        }
        StringBuilder timed = new StringBuilder(sql.length());
        int end = 0;
        for (; place >= 0; place = sql.indexOf(now, end)) {
            timed.append(sql, end, place).append(LITERAL.format(clock.next()));
            end = place + now.length();
        }
        return timed.append(sql, end, sql.length()).toString();
    }
}
