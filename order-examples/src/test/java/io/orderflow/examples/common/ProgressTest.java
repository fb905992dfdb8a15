package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void theBarEndsAtWhatWasDone() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            AtomicInteger done = new AtomicInteger();
            Progress bar = Progress.Bars.on(stream).start("orders", 50, done::get);
            done.set(43);
            bar.close();
        }
        String text = shown.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("orders") && text.contains("43/50"), text);
    }

    @Test
    void theDetailsStandBehindTheBar() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8)) {
            Progress.Bars.on(stream)
                    .start("orders", 50, () -> 43, () -> "accepted 47, decided 43, backlog 4")
                    .close();
        }
        String text = shown.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("accepted 47, decided 43, backlog 4"), text);
    }

    @Test
    void noBarAsksForNothing() {
        AtomicInteger asked = new AtomicInteger();
        Progress.Bars.none().start("orders", 50, asked::incrementAndGet).close();
        assertEquals(0, asked.get());
    }
}
