package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Work on threads of the library's own. */
class ApartTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void workThatHangsTakesABoundedNumberOfThreadsHoweverManyCallersGiveUp() throws Exception {
        Apart apart = new Apart();
        CountDownLatch thaw = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        for (int i = 0; i < Apart.MOST; i++) {
            assertThrows(TimeoutException.class, () -> apart.call(() -> frozen(begun, thaw), Duration.ofMillis(1)));
        }
        for (int i = 0; i < 50; i++) {
            assertThrows(TimeoutException.class, () -> apart.call(() -> frozen(begun, thaw), Duration.ofMillis(1)));
        }
        thaw.countDown();
        assertEquals("works again", apart.call(() -> "works again", LONG));
        assertEquals(Apart.MOST, begun.get());
    }

    private static int frozen(AtomicInteger begun, CountDownLatch thaw) throws InterruptedException {
        int number = begun.incrementAndGet();
        thaw.await();
        return number;
    }

    @Test
    void workThatFailsMakesRoom() throws Exception {
        Apart apart = new Apart();
        for (int i = 0; i <= Apart.MOST; i++) {
            assertThrows(
                    ExecutionException.class,
                    () -> apart.call(
                            () -> {
                                throw new IllegalStateException("on purpose");
                            },
                            LONG));
        }
    }
}
