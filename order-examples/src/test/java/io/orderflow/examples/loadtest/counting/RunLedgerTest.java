package io.orderflow.examples.loadtest.counting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunLedgerTest {
    private static final int ORDERS = 10_000;

    @Test
    void findsWhatWasEnteredAndNothingElse() {
        RunLedger ledger = new RunLedger(ORDERS);
        for (int i = 0; i < ORDERS; i++) {
            ledger.submitted(i, 1_000 + i);
            ledger.enter(i, id(i));
        }
        for (int i = 0; i < ORDERS; i++) {
            assertEquals(i, ledger.find(id(i)));
            assertEquals(id(i), ledger.id(i));
            assertEquals(1_000 + i, ledger.submitNanos(i));
            assertEquals(-1, ledger.find(id(ORDERS + i)));
        }
    }

    @Test
    void anIdCanNotBeEnteredTwice() {
        RunLedger ledger = new RunLedger(2);
        ledger.enter(0, id(0));
        assertThrows(IllegalStateException.class, () -> ledger.enter(1, id(0)));
    }

    @Test
    void marksAddUp() {
        RunLedger ledger = new RunLedger(1);
        assertEquals(0, ledger.mark(0, RunLedger.HEARD));
        assertEquals(RunLedger.HEARD, ledger.mark(0, RunLedger.ACCEPTED));
        assertEquals(RunLedger.HEARD | RunLedger.ACCEPTED, ledger.marks(0));
        assertEquals(RunLedger.HEARD | RunLedger.ACCEPTED, ledger.mark(0, RunLedger.ACCEPTED));
    }

    @Test
    void exactlyOneOfTwoThreadsSeesAnOrderAcceptedAndDecided() throws Exception {
        RunLedger ledger = new RunLedger(ORDERS);
        AtomicInteger seen = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> both = List.of(
                    threads.submit(marking(ledger, RunLedger.ACCEPTED, RunLedger.HEARD, gate, seen)),
                    threads.submit(marking(ledger, RunLedger.HEARD, RunLedger.ACCEPTED, gate, seen)));
            gate.countDown();
            for (Future<?> thread : both) {
                thread.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(ORDERS, seen.get());
    }

    private static Callable<Void> marking(
            RunLedger ledger, int mark, int other, CountDownLatch gate, AtomicInteger seen) {
        return () -> {
            gate.await();
            IntStream.range(0, ORDERS)
                    .filter(i -> (ledger.mark(i, mark) & other) != 0)
                    .forEach(i -> seen.incrementAndGet());
            return null;
        };
    }

    /** Neighbouring bits, as in time-ordered ids. */
    private static UUID id(int i) {
        return new UUID(0x0190_0000_0000_7000L + i / 100, 0x8000_0000_0000_0000L + i % 100);
    }
}
