package io.orderflow.internal.doctor;

import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * What a pool says of itself by the getters that HikariCP, Tomcat's pool and DBCP have. It is asked by their names,
 * since the core knows no pool. Times are milliseconds. Never throws: what cannot be asked is empty.
 */
final class PoolFacts {
    private static final List<String> SIZE = List.of("getMaximumPoolSize", "getMaxActive", "getMaxTotal");
    private static final List<String> WAIT = List.of("getConnectionTimeout", "getMaxWait", "getMaxWaitMillis");
    private static final List<String> LIFETIME = List.of("getMaxLifetime", "getMaxAge", "getMaxConnLifetimeMillis");
    private static final int MOST_WRAPPERS = 5;

    private final Object pool;

    private PoolFacts(Object pool) {
        this.pool = pool;
    }

    /** Those of a pool, also where proxies of Spring's stand before it. */
    static PoolFacts of(DataSource dataSource) {
        Object pool = dataSource;
        for (int i = 0; i < MOST_WRAPPERS && number(pool, SIZE).isEmpty(); i++) {
            Object target = ask(pool, "getTargetDataSource");
            if (target == null) {
                break;
            }
            pool = target;
        }
        return new PoolFacts(pool);
    }

    boolean isKnown() {
        return size().isPresent();
    }

    String className() {
        return pool.getClass().getName();
    }

    OptionalLong size() {
        return number(pool, SIZE);
    }

    /** How long it waits for a connection; below 0 for ever. */
    OptionalLong patience() {
        return number(pool, WAIT);
    }

    OptionalLong validation() {
        return number(pool, List.of("getValidationTimeout"));
    }

    /** How old a connection may become; 0 or below for ever. */
    OptionalLong lifetime() {
        return number(pool, LIFETIME);
    }

    /** How often it asks an idle connection whether it works; 0 for never. */
    OptionalLong keepalive() {
        return number(pool, List.of("getKeepaliveTime"));
    }

    /** Below 0 if it starts without a connection. */
    OptionalLong failTimeout() {
        return number(pool, List.of("getInitializationFailTimeout"));
    }

    /** What it gives the driver; may hold a password, and is never shown. */
    Map<String, String> driverProperties() {
        Map<String, String> known = new HashMap<>();
        if (ask(pool, "getDataSourceProperties") instanceof Properties properties) {
            properties.stringPropertyNames().forEach(name -> known.put(name, properties.getProperty(name)));
        }
        return known;
    }

    private static OptionalLong number(Object pool, List<String> getters) {
        for (String getter : getters) {
            if (ask(pool, getter) instanceof Number number) {
                return OptionalLong.of(number.longValue());
            }
        }
        return OptionalLong.empty();
    }

    private static Object ask(Object pool, String getter) {
        try {
            return pool.getClass().getMethod(getter).invoke(pool);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException | RuntimeException e) {
            return null;
        }
    }
}
