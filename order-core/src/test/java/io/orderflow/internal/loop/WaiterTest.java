package io.orderflow.internal.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WaiterTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);

    private final Waiter waiter = new Waiter();

    @Test
    void aWakeThatCameTooEarlyEndsTheNextSleepOnly() throws InterruptedException {
        waiter.wake();
        waiter.wake();
        assertTrue(waiter.sleep(LONG));
        assertFalse(waiter.sleep(1));
    }

    @Test
    void sleepsAsLongAsGivenWithoutAWake() throws InterruptedException {
        long start = System.nanoTime();
        assertFalse(waiter.sleep(2_000_000));
        assertTrue(System.nanoTime() - start >= 2_000_000);
    }

    @Test
    void anInterruptEndsTheSleepAndAWakeStaysRemembered() throws InterruptedException {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> waiter.sleep(LONG));
        waiter.wake();
        assertTrue(waiter.sleep(LONG));
    }

    /** Work is counted before the wake and looked for after the sleep: whoever waits for the wrong order hangs here. */
    @Test
    void noWorkIsLeftLying() throws InterruptedException {
        int rounds = 20_000;
        AtomicLong offered = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        AtomicBoolean sleptThrough = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        Thread sleeper = new Thread(() -> {
            try {
                while (seen.get() < rounds) {
                    if (seen.get() == offered.get() && !waiter.sleep(LONG)) {
                        sleptThrough.set(true);
                    }
                    seen.set(offered.get());
                }
            } catch (InterruptedException e) {
                sleptThrough.set(true);
            } finally {
                ended.countDown();
            }
        });
        sleeper.start();
        for (int i = 0; i < rounds; i++) {
            offered.incrementAndGet();
            waiter.wake();
            if (i % 16 == 0) {
                Thread.yield();
            }
        }
        boolean inTime = ended.await(30, TimeUnit.SECONDS);
        sleeper.interrupt();
        assertTrue(inTime, () -> "seen " + seen + " of " + offered);
        assertFalse(sleptThrough.get(), "a sleep ended without its wake");
    }
}
