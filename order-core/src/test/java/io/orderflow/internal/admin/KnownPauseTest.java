package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.DecidingPause;
import io.orderflow.OrderSchema;
import io.orderflow.internal.sql.Tables;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class KnownPauseTest {
    private final CountDownLatch asking = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aGlanceFromBeforeThePauseDoesNotEndIt() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2)) {
            DataSource pool = database.dataSource(2);
            OrderSchema.of(pool).createOrUpgrade();
            KnownPause known = new KnownPause(slow(pool), new Tables("orderflow_"), nanos::incrementAndGet);
            assertEquals(Optional.empty(), known.refreshed());
            asking.await();
            Optional<DecidingPause> pause =
                    Optional.of(new DecidingPause(Instant.ofEpochSecond(1), "anna", "a price is wrong"));
            known.learn(pause);
            goOn.countDown();
            Eventually.await("the glance is over", Duration.ofSeconds(30), answered::get, () -> "it is not");
            assertEquals(pause, known.now());
        }
    }

    /** Holds up the first question. */
    private DataSource slow(DataSource pool) {
        return proxy(DataSource.class, pool, (method, result) -> {
            return method.equals("getConnection") ? slow((Connection) result) : result;
        });
    }

    private Connection slow(Connection connection) {
        return proxy(Connection.class, connection, (method, result) -> {
            if (method.equals("createStatement")) {
                asking.countDown();
                goOn.await();
            }
            // it is given back after its answer was taken
            answered.compareAndSet(false, method.equals("close"));
            return result;
        });
    }

    @FunctionalInterface
    private interface After {
        Object done(String method, Object result) throws InterruptedException;
    }

    private static <T> T proxy(Class<T> type, T target, After after) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            try {
                return after.done(method.getName(), method.invoke(target, args));
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof SQLException sql ? sql : e.getCause();
            }
        }));
    }
}
