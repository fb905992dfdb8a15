package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderListener;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener of the host on a thread of its own. */
class ListenerThreadTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final CountDownLatch held = new CountDownLatch(1);
    private final List<UUID> told = new CopyOnWriteArrayList<>();
    private volatile Runnable first = () -> {};
    private final ListenerThread thread = new ListenerThread(
            new OrderListener() {
                @Override
                public void conflict(UUID orderId) {
                    Runnable now = first;
                    first = () -> {};
                    told.add(orderId);
                    now.run();
                }
            },
            1);

    @AfterEach
    void close() {
        held.countDown();
        thread.close(BOUND);
    }

    private UUID tell() {
        UUID id = UUID.randomUUID();
        thread.tell("conflict", listener -> listener.conflict(id));
        return id;
    }

    @Test
    void aThreadThatTheSystemDoesNotGiveIsTriedAgain() {
        AtomicBoolean full = new AtomicBoolean(true);
        List<String> heard = new CopyOnWriteArrayList<>();
        ListenerThread late = new ListenerThread(
                new OrderListener() {
                    @Override
                    public void resumed(String worker) {
                        heard.add(worker);
                    }
                },
                2,
                loop -> {
                    if (full.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    loop.start();
                });
        late.tell("resumed", listener -> listener.resumed("first"));
        late.tell("resumed", listener -> listener.resumed("second"));
        Eventually.await("both are told", BOUND, () -> heard.equals(List.of("first", "second")), heard::toString);
        late.close(BOUND);
    }

    private void hold() {
        await(held);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatWaitsIsToldInOrderBeforeItCloses() {
        List<UUID> events = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            events.add(tell());
        }
        thread.close(BOUND);
        assertEquals(events, told);
        assertEquals(0, thread.dropped());
    }

    @Test
    void oneThatIsStuckCostsOneWaitAndThenItsOwnEvents() {
        first = this::hold;
        tell();
        Eventually.await("it is in the event", BOUND, () -> told.size() == 1, told::toString);
        for (int i = 0; i < ListenerThread.CAPACITY; i++) {
            tell();
        }
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            tell();
        }
        long took = System.nanoTime() - start;
        assertEquals(100, thread.dropped());
        assertTrue(took >= 900_000_000L && took < BOUND.toNanos(), () -> "one wait of 1 s, not a hundred: " + took);
        String detail = thread.check().orElseThrow().detail();
        assertTrue(detail.contains("256 events wait for it, 100 were dropped"), detail);
        held.countDown();
        Eventually.await("it hears the rest", BOUND, () -> told.size() == 257, () -> "" + told.size());
        Eventually.await("health is well", BOUND, () -> thread.check().isEmpty(), () -> "" + thread.check());
        tell();
        Eventually.await("and what comes later", BOUND, () -> told.size() == 258, () -> "" + told.size());
    }

    /** One that was stuck once may merely be slow later. */
    @Test
    void onceItHasComeOnAnEventWaitsForRoomAgain() throws InterruptedException {
        first = this::hold;
        fill();
        tell();
        assertEquals(1, thread.dropped());
        held.countDown();
        Eventually.await("it hears the rest", BOUND, () -> told.size() == 257, () -> "" + told.size());
        CountDownLatch again = new CountDownLatch(1);
        first = () -> await(again);
        fill();
        Thread worker = new Thread(this::tell);
        worker.start();
        Eventually.await(
                "it waits for room or has dropped the event",
                BOUND,
                () -> worker.getState() == Thread.State.TIMED_WAITING || thread.dropped() > 1,
                () -> "" + worker.getState());
        again.countDown();
        worker.join(BOUND.toMillis());
        assertEquals(1, thread.dropped());
    }

    /** An event that it is in, and all that wait. */
    private void fill() {
        int before = told.size();
        tell();
        Eventually.await("it is in the event", BOUND, () -> told.size() == before + 1, told::toString);
        for (int i = 0; i < ListenerThread.CAPACITY; i++) {
            tell();
        }
    }

    @Test
    void whateverItThrowsTheNextEventIsToldAndItsThreadIsWell() {
        List<String> troubles = new CopyOnWriteArrayList<>();
        for (Error error : List.of(new AssertionError("a"), new StackOverflowError(), new NoClassDefFoundError("c"))) {
            int before = told.size();
            first = () -> {
                throw error;
            };
            tell();
            thread.tell("conflict", listener -> thread.loop().trouble(BOUND).ifPresent(troubles::add));
            UUID next = tell();
            Eventually.await("the next is told", BOUND, () -> told.contains(next), told::toString);
            assertEquals(before + 2, told.size());
            assertEquals(List.of(), troubles);
        }
    }

    @Test
    void oneThatClosesFromWithinDoesNotWaitForItself() {
        CountDownLatch closed = new CountDownLatch(1);
        first = () -> {
            thread.close(BOUND);
            closed.countDown();
        };
        long start = System.nanoTime();
        tell();
        Eventually.await("it is closed", BOUND, () -> closed.getCount() == 0, () -> "open");
        assertTrue(System.nanoTime() - start < BOUND.toNanos() / 2);
    }
}
