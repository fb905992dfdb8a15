package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.util.DriverDataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.Map;
import javax.sql.DataSource;

/** A driver that tells another version of itself or of its database, and is the same in all else. Threadsafe. */
public final class ClaimingDriver {
    private final Map<String, Object> claims;

    private ClaimingDriver(Map<String, Object> claims) {
        this.claims = Map.copyOf(claims);
    }

    /**
     * Has a pool use it.
     *
     * @param claims what methods of {@link DatabaseMetaData} return, by their names
     */
    public static HikariConfig below(HikariConfig pool, Map<String, Object> claims) {
        DataSource real = new DriverDataSource(
                requireNonNull(pool.getJdbcUrl(), "url"),
                null,
                pool.getDataSourceProperties(),
                pool.getUsername(),
                pool.getPassword());
        pool.setDataSource(new ClaimingDriver(claims).proxy(DataSource.class, real));
        return pool;
    }

    private <T> T proxy(Class<T> type, T target) {
        InvocationHandler handler = (self, method, arguments) -> {
            if (target instanceof DatabaseMetaData && claims.containsKey(method.getName())) {
                return claims.get(method.getName());
            }
            try {
                return claiming(method.invoke(target, arguments));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Object claiming(Object result) {
        if (result instanceof Connection connection) {
            return proxy(Connection.class, connection);
        }
        return result instanceof DatabaseMetaData data ? proxy(DatabaseMetaData.class, data) : result;
    }
}
