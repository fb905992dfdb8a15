package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** An outage is told once, and not by everybody who meets it again. */
final class OutageLogTest {
    private final List<String> levels = new ArrayList<>();
    private final OutageLog told = new OutageLog((Logger) Proxy.newProxyInstance(
            Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                levels.add(method.getName() + (holdsLock() ? " under its lock" : ""));
                return null;
            }));

    private boolean holdsLock() {
        return Thread.holdsLock(told);
    }

    @Test
    void theFirstFailureAndTheEndAreTold() {
        told.over("nothing was wrong");
        told.failed("refused");
        told.over("works again");
        assertEquals(List.of("warn", "info"), levels);
    }

    @Test
    void whatComesAgainWithinAMinuteIsForDebugging() {
        for (int i = 0; i < 3; i++) {
            told.failed("refused");
            told.over("works again");
        }
        assertEquals(List.of("warn", "info", "debug", "debug", "debug", "debug"), levels);
    }
}
