package io.orderflow.internal.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private final List<String> closed = new ArrayList<>();
    private final Error first = new StackOverflowError("as the test wants");
    private final RuntimeException second = new IllegalStateException("as the test wants");

    private Runnable failing(String name, Throwable failure) {
        return () -> {
            closed.add(name);
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        };
    }

    @Test
    void closesAllAndThrowsTheFirstFailureWithTheOthers() {
        Closing closing = new Closing()
                .then(failing("a", first))
                .then(() -> closed.add("b"))
                .then(failing("c", second))
                .then(failing("d", first));
        assertSame(first, assertThrows(StackOverflowError.class, closing::end));
        assertEquals(List.of("a", "b", "c", "d"), closed);
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    }

    @Test
    void throwsARuntimeExceptionAsItIsAndNothingWhenAllIsWell() {
        Closing closing = new Closing().then(failing("a", second));
        assertSame(second, assertThrows(IllegalStateException.class, closing::end));
        new Closing().then(() -> closed.add("b")).end();
        assertEquals(List.of("a", "b"), closed);
    }

    @Test
    void whatClosingThrowsAfterAFailureIsPartOfThat() {
        Closing.after(first, failing("a", second));
        Closing.after(first, failing("b", first));
        Closing.after(first, () -> closed.add("c"));
        assertEquals(List.of("a", "b", "c"), closed);
        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    }
}
