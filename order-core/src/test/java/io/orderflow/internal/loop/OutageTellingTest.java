package io.orderflow.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What many threads tell of one outage together (O1 to O5). */
class OutageTellingTest {
    private static final Outage.Words WORDS = new Outage.Words("it is away", "all wait", "it is back", false);

    private final List<String> lines = new ArrayList<>();
    private long nanos = -TimeUnit.DAYS.toNanos(1);
    private final Outage outage = new Outage(WORDS, () -> nanos, log());

    private Logger log() {
        return (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("debug")) {
                        lines.add(method.getName() + " " + arguments[1]);
                    }
                    return null;
                });
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    private List<String> taken() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    @Test
    void theFirstTellsAndTheLastEndsIt() {
        outage.met("a", "work", "refused");
        for (int i = 0; i < 100; i++) {
            outage.met("b" + i, "", "refused");
        }
        assertEquals(List.of("warn it is away: refused; first met by a at work; all wait"), taken());
        pass(2);
        for (int i = 0; i < 100; i++) {
            outage.over("b" + i);
        }
        outage.over("nobody");
        assertEquals(List.of(), taken());
        outage.over("a");
        assertEquals(List.of("info it is back after 2000 ms"), taken());
    }

    @Test
    void anotherReasonIsToldAsWellButNotEndlessly() {
        for (int i = 0; i < 100; i++) {
            outage.met("a", "", "reason " + "xyzuvw".charAt(i % 6) + " number " + i);
        }
        List<String> told = taken();
        assertEquals(Outage.MOST_REASONS, told.size(), told::toString);
        assertTrue(told.get(1).contains("now with another reason: reason y number 1"), told::toString);
    }

    /** Who wraps it says more about it, and each tells of another order at another time. */
    @Test
    void theDeepestReasonCounts() {
        outage.met("a", "", "refused after 12 ms");
        outage.met("b", "", "order 01a22d2d-add6-7006-b25e-68716b577104: a pool: refused after 9 ms");
        assertEquals(1, taken().size());
    }

    /** After a minute, two, four and so on more, and each hour then. */
    @Test
    void whatLastsIsToldNowAndThen() {
        for (int second = 0; second <= 1_800; second++) {
            outage.met(second % 2 == 0 ? "a" : "b", "", "refused");
            pass(1);
        }
        List<String> told = taken();
        assertEquals(1 + 4, told.size(), told::toString);
        assertTrue(
                told.get(1)
                        .startsWith("warn it is away for 60 s: refused; met by a; 2 are held up and failed 61 times"),
                told::toString);
        for (int hour = 0; hour < 36; hour++) {
            pass(3_600);
            outage.met("a", "", "refused");
        }
        assertEquals(36, taken().size());
    }

    @Test
    void whatFlapsIsToldWhenItLasts() {
        outage.met("a", "", "refused");
        outage.over("a");
        assertEquals(2, taken().size());
        for (int i = 0; i < 9; i++) {
            pass(1);
            outage.met("a", "", "refused");
            outage.over("a");
        }
        outage.met("a", "", "refused");
        assertEquals(List.of(), taken());
        pass(1);
        outage.met("a", "", "refused");
        assertEquals(List.of("warn it is away: refused; first met by a; all wait"), taken());
        outage.over("a");
        assertEquals(List.of("info it is back after 1000 ms"), taken());
    }

    /** A place that answers a probe has done nothing yet; others have. */
    @Test
    void whoTriesDoesNotEndIt() {
        outage.met("place", "", "refused");
        outage.trying("place");
        pass(1);
        outage.met("place", "", "refused");
        outage.trying("place");
        assertEquals(1, taken().size());
        outage.over("place");
        assertEquals(1, taken().size());
        pass(60);
        outage.met("place", "", "refused");
        outage.met("worker", "", "refused");
        outage.trying("place");
        outage.over("worker");
        assertEquals(2, taken().size());
        outage.over("place");
        assertEquals(List.of(), taken());
    }

    /** Nobody is left who could say that it is over, and it does not begin as the same one later. */
    @Test
    void whoEndsSaysNothing() {
        outage.met("a", "", "refused");
        outage.left("a");
        assertEquals(1, taken().size());
        pass(60);
        outage.met("b", "", "refused");
        assertEquals(List.of("warn it is away: refused; first met by b; all wait"), taken());
    }

    @Test
    void newsAreNewsOnce() {
        Outages outages = new Outages(() -> nanos);
        assertTrue(outages.isNews("moved"));
        assertFalse(outages.isNews("moved"));
        assertTrue(outages.isNews("moved back"));
        pass(60);
        assertTrue(outages.isNews("moved"));
    }
}
