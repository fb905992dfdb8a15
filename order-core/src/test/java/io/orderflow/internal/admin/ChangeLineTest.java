package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Limits;
import io.orderflow.StoreUnavailableException;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The line of changes that nobody waits for, without a database. */
class ChangeLineTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final FutureAnswers answers = new FutureAnswers();
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<ChangeLine<Integer, Integer>> opened = new AtomicReference<>();

    @AfterEach
    void close() {
        opened.get().close(BOUND);
    }

    private ChangeLine<Integer, Integer> line(Duration patience, Function<List<Integer>, List<Integer>> many) {
        opened.set(new ChangeLine<>(
                "tests",
                piece -> {
                    sizes.add(piece.size());
                    return many.apply(piece);
                },
                patience,
                answers));
        return opened.get();
    }

    private static List<Integer> twice(List<Integer> piece) {
        return piece.stream().map(i -> 2 * i).toList();
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(ExecutionException.class, () -> future.get(BOUND.toSeconds(), TimeUnit.SECONDS))
                .getCause();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatComesMeanwhileIsDoneTogether() {
        CountDownLatch go = new CountDownLatch(1);
        ChangeLine<Integer, Integer> line = line(BOUND, piece -> {
            await(go);
            return twice(piece);
        });
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        futures.add(line.add(0));
        Eventually.await("the first is under way", BOUND, () -> sizes.size() == 1, sizes::toString);
        for (int i = 1; i <= 1_001; i++) {
            futures.add(line.add(i));
        }
        go.countDown();
        for (int i = 0; i < futures.size(); i++) {
            assertEquals(2 * i, get(futures.get(i)));
        }
        assertEquals(List.of(1, Limits.BATCH_ORDERS, Limits.BATCH_ORDERS, 1), sizes);
    }

    @Test
    void oneThatFailsSpoilsNobodyElse() {
        CountDownLatch go = new CountDownLatch(1);
        ChangeLine<Integer, Integer> line = line(BOUND, piece -> {
            await(go);
            if (piece.contains(7)) {
                throw new IllegalStateException("seven");
            }
            return twice(piece);
        });
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(line.add(i));
        }
        go.countDown();
        for (int i = 0; i < futures.size(); i++) {
            if (i == 7) {
                assertEquals("seven", failure(futures.get(i)).getMessage());
            } else {
                assertEquals(2 * i, get(futures.get(i)));
            }
        }
    }

    /** While the database is away each is told so in bounded time, however many stand before it. */
    @Test
    void inAnOutageWhoWaitedLongEnoughIsTold() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        ChangeLine<Integer, Integer> line = line(Duration.ZERO, piece -> {
            await(go);
            calls.incrementAndGet();
            throw new StoreUnavailableException("away", null);
        });
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            futures.add(line.add(i));
        }
        go.countDown();
        futures.forEach(future -> assertInstanceOf(StoreUnavailableException.class, failure(future)));
        assertEquals(1, calls.get());
    }

    @Test
    void youngerOnesAreTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        ChangeLine<Integer, Integer> line = line(BOUND, piece -> {
            if (calls.incrementAndGet() == 1) {
                throw new StoreUnavailableException("away", null);
            }
            return twice(piece);
        });
        assertInstanceOf(StoreUnavailableException.class, failure(line.add(1)));
        assertEquals(4, get(line.add(2)));
    }

    @Test
    void aFullLineSaysSo() {
        CountDownLatch go = new CountDownLatch(1);
        ChangeLine<Integer, Integer> line = line(BOUND, piece -> {
            await(go);
            return twice(piece);
        });
        for (int i = 0; i < ChangeLine.MOST; i++) {
            line.add(i);
        }
        assertInstanceOf(RejectedExecutionException.class, failure(line.add(1)));
        go.countDown();
        Eventually.await("there is room again", BOUND, () -> !line.add(1).isCompletedExceptionally(), sizes::toString);
    }

    /** Callbacks that wait for each other: the newest future of all sets them free. */
    @Test
    void aCallbackMayWaitForAnother() {
        // a callback of a future that is done already would be called by this thread
        CountDownLatch attached = new CountDownLatch(1);
        ChangeLine<Integer, Integer> line = line(BOUND, piece -> {
            await(attached);
            return twice(piece);
        });
        CountDownLatch added = new CountDownLatch(1);
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        CompletableFuture<CompletableFuture<Integer>> last = new CompletableFuture<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(line.add(i).thenApply(result -> {
                await(added);
                return last.join().join();
            }));
        }
        attached.countDown();
        last.complete(line.add(21));
        added.countDown();
        waiting.forEach(future -> assertEquals(42, get(future)));
    }

    @Test
    void aClosedLineHasDoneWhatItTook() {
        ChangeLine<Integer, Integer> line = line(BOUND, ChangeLineTest::twice);
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            futures.add(line.add(i));
        }
        line.close(BOUND);
        for (int i = 0; i < futures.size(); i++) {
            assertEquals(2 * i, futures.get(i).getNow(-1));
        }
        assertThrows(IllegalStateException.class, () -> line.add(1));
        line.close(BOUND);
    }

    @Test
    void whatThereIsNoTimeForIsTold() {
        CountDownLatch go = new CountDownLatch(1);
        ChangeLine<Integer, Integer> line = line(BOUND, piece -> {
            await(go);
            return twice(piece);
        });
        CompletableFuture<Integer> first = line.add(1);
        Eventually.await("the first is under way", BOUND, () -> sizes.size() == 1, sizes::toString);
        CompletableFuture<Integer> second = line.add(2);
        line.close(Duration.ofMillis(1));
        assertInstanceOf(
                IllegalStateException.class,
                assertThrows(CompletionException.class, () -> second.getNow(0)).getCause());
        assertFalse(first.isDone());
        go.countDown();
        assertEquals(2, get(first));
    }

    @Test
    void aLineThatWasNeverUsedHasNoThread() {
        ChangeLine<Integer, Integer> line = line(BOUND, ChangeLineTest::twice);
        line.close(BOUND);
        assertThrows(IllegalStateException.class, () -> line.add(1));
        assertEquals(List.of(), sizes);
    }
}
