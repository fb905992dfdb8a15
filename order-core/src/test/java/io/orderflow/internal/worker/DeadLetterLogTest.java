package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.orderflow.DeadLetterReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever floods the queue does not flood the log. */
class DeadLetterLogTest {
    private final List<String> lines = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 1;
    private DeadLetterLog log = new DeadLetterLog(lines::add, () -> nanos);

    private void pass(int seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    private void assertLines(String... expected) {
        assertEquals(
                List.of(expected),
                lines.stream()
                        .map(line -> line.replace("set aside in the dead letters: ", ""))
                        .toList());
        lines.clear();
    }

    @Test
    void theFirstMessageIsToldAtOnceAndThoseAfterItTogether() {
        for (int i = 1; i <= 400; i++) {
            log.tell(DeadLetterReason.UNAUTHENTICATED, "message " + i);
        }
        log.lookout();
        assertLines("UNAUTHENTICATED: message 1");
        pass(29);
        log.tell(DeadLetterReason.UNAUTHENTICATED, "message 401");
        log.lookout();
        assertLines();
        pass(1);
        log.lookout();
        assertLines("UNAUTHENTICATED: 400 more messages since the last such line, the first of them: message 2");
        log.tell(DeadLetterReason.UNAUTHENTICATED, "message 402");
        pass(30);
        log.tell(DeadLetterReason.UNAUTHENTICATED, "message 403");
        assertLines("UNAUTHENTICATED: 1 more messages since the last such line, the first of them: message 402");
        log.end();
        assertLines("UNAUTHENTICATED: 1 more messages since the last such line, the first of them: message 403");
    }

    @Test
    void afterSilenceTheNextMessageIsToldAtOnce() {
        log.tell(DeadLetterReason.UNDECODABLE, "one");
        pass(30);
        log.lookout();
        log.tell(DeadLetterReason.UNDECODABLE, "two");
        assertLines("UNDECODABLE: one", "UNDECODABLE: two");
    }

    @Test
    void noReasonHidesAnother() {
        log.tell(DeadLetterReason.UNAUTHENTICATED, "a");
        log.tell(DeadLetterReason.FOREIGN_SHOP, "b");
        log.tell(DeadLetterReason.UNDECODABLE, "c");
        assertLines("UNAUTHENTICATED: a", "FOREIGN_SHOP: b", "UNDECODABLE: c");
    }

    @Test
    void eachOrderHasALineOfItsOwn() {
        log.tell(DeadLetterReason.POISON, "order 1");
        log.tell(DeadLetterReason.POISON, "order 2");
        log.tell(DeadLetterReason.CRASHED_WORKER, "order 3");
        log.tell(DeadLetterReason.CRASHED_WORKER, "order 4");
        log.end();
        assertLines("POISON: order 1", "POISON: order 2", "CRASHED_WORKER: order 3", "CRASHED_WORKER: order 4");
    }

    /** The appender is the host's code and may block. */
    @Test
    void nothingIsLoggedUnderItsLock() {
        log = new DeadLetterLog(
                line -> {
                    assertFalse(Thread.holdsLock(log));
                    lines.add(line);
                },
                () -> nanos);
        log.tell(DeadLetterReason.UNDECODABLE, "one");
        log.tell(DeadLetterReason.UNDECODABLE, "two");
        log.end();
        assertEquals(2, lines.size());
    }
}
