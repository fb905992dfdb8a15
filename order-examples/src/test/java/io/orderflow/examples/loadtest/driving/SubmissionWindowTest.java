package io.orderflow.examples.loadtest.driving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SubmissionWindowTest {
    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

    @Test
    void neverLetsMoreInThanItsSize() {
        for (int size : new int[] {1, 2, 7, 64}) {
            int most = mostAtOnce(new SubmissionWindow(size, PATIENCE), 5_000);
            assertTrue(most <= size, most + " in a window of " + size);
        }
    }

    @Test
    void emptyMeansThatEveryoneLeft() {
        SubmissionWindow window = new SubmissionWindow(8, PATIENCE);
        AtomicInteger left = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int i = 0; i < 100; i++) {
                window.enter();
                threads.execute(() -> {
                    left.incrementAndGet();
                    window.leave();
                });
            }
            window.awaitEmpty();
            assertEquals(100, left.get());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void givesUpWhenNoAnswerComes() {
        SubmissionWindow window = new SubmissionWindow(2, Duration.ofMillis(50).toNanos());
        window.enter();
        window.enter();
        Exception gaveUp = assertThrows(IllegalStateException.class, window::enter);
        assertTrue(gaveUp.getMessage().contains("2 submissions are outstanding"), gaveUp.getMessage());
    }

    @Test
    void givesUpWhenItIsInterrupted() {
        SubmissionWindow window = new SubmissionWindow(1, PATIENCE);
        window.enter();
        Thread.currentThread().interrupt();
        try {
            Exception gaveUp = assertThrows(IllegalStateException.class, window::enter);
            assertTrue(gaveUp.getMessage().contains("interrupted"), gaveUp.getMessage());
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    private static int mostAtOnce(SubmissionWindow window, int entries) {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < entries; i++) {
                window.enter();
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                threads.execute(() -> {
                    inside.decrementAndGet();
                    window.leave();
                });
            }
            window.awaitEmpty();
        } finally {
            threads.shutdownNow();
        }
        return most.get();
    }
}
