package io.orderflow.internal.worker;

import io.orderflow.Health;
import io.orderflow.OrderListener;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener of the host, one event after the other, on a thread of its own that starts with the first event.
 * So no worker, and no other listener, is held up by what it does. A listener that is slower than the workers slows
 * them down: each event waits up to 1 s for room among 256. One that is stuck does not: what finds no room in that time
 * is dropped, and from then on nobody waits for it until it has ended an event. Thread-safe.
 */
final class ListenerThread {
    static final int CAPACITY = 256;

    /** Longer than this in one event is worth a word in health. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long ROOM_WAIT = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE = TimeUnit.SECONDS.toNanos(10);
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Logger log = LoggerFactory.getLogger(ListenerThread.class);

    private final Consumer<Loop> starting;
    private final OrderListener listener;
    private final String name;
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(CAPACITY);
    private final Loop loop;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong toldOfDrops = new AtomicLong(System.nanoTime() - SILENCE);

    // touched by its own thread alone
    private long failures;
    private long toldOfFailures;

    /** How many events it has ended; written by its own thread alone. */
    private volatile long ended;

    /** The number of ended events at which a wait for room was in vain. */
    private volatile long gaveUpAt = -1;

    private volatile Present present;

    private record Event(String what, Consumer<OrderListener> call) {}

    /** What it is at. */
    private record Present(String what, long since) {}

    ListenerThread(OrderListener listener, int number) {
        this(listener, number, Loop::start);
    }

    /** With another way to start the thread, for tests. */
    ListenerThread(OrderListener listener, int number, Consumer<Loop> starting) {
        this.starting = starting;
        this.listener = listener;
        this.name = "listener " + number + " (" + listener.getClass().getName() + ")";
        this.loop = new Loop("orderflow-listener-" + number, new Waiter(), this::tellAll);
    }

    /** Hands an event over; waits for room 1 s at most. */
    void tell(String what, Consumer<OrderListener> call) {
        start();
        Event event = new Event(what, call);
        if (events.offer(event) || waitForRoom(event)) {
            loop.wake();
        } else {
            drop(what);
        }
    }

    private void start() {
        if (started.compareAndSet(false, true)) {
            try {
                starting.accept(loop);
            } catch (OutOfMemoryError e) {
                started.set(false);
                log.warn("{}: the system gives no thread to tell it on; tried again with the next event", name, e);
            }
        }
    }

    private boolean waitForRoom(Event event) {
        long endedBefore = ended;
        if (gaveUpAt == endedBefore || loop.isOwnThread()) {
            return false;
        }
        loop.wake();
        long start = System.nanoTime();
        boolean given = false;
        // not by the queue's own wait, which a listener without memory can leave endless: see Bell. A stranger's
        // interrupt
        // is left for the worker's loop
        while (!given
                && System.nanoTime() - start < ROOM_WAIT
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_AGAIN);
            given = events.offer(event);
        }
        if (!given) {
            gaveUpAt = ended;
        }
        return given;
    }

    private void drop(String what) {
        long count = dropped.incrementAndGet();
        long last = toldOfDrops.get();
        if (System.nanoTime() - last >= SILENCE && toldOfDrops.compareAndSet(last, System.nanoTime())) {
            log.warn("{}: no room for {}; {} events were dropped so far and are not told again", name, what, count);
        }
    }

    private long tellAll() {
        Event event;
        while ((event = events.poll()) != null) {
            present = new Present(event.what(), System.nanoTime());
            try {
                event.call().accept(listener);
            } catch (RuntimeException | Error e) {
                // whatever the host's code throws is its failure and nobody else's
                failed(event.what(), e);
            } finally {
                present = null;
                ended++;
            }
        }
        return IDLE;
    }

    private void failed(String what, Throwable e) {
        failures++;
        long now = System.nanoTime();
        if (failures == 1 || now - toldOfFailures >= SILENCE) {
            toldOfFailures = now;
            log.warn("{}: failed in {}, {} times so far; the event is not told again", name, what, failures, e);
        } else {
            log.debug("{}: failed again in {}", name, what, e);
        }
    }

    /** How many events it was not told. */
    long dropped() {
        return dropped.get();
    }

    /** What is wrong with it; empty if nothing is. */
    Optional<Health.Check> check() {
        Present at = present;
        long nanos = at == null ? 0 : System.nanoTime() - at.since();
        if (nanos <= PATIENCE.toNanos() && events.remainingCapacity() > 0) {
            return Optional.empty();
        }
        String detail = (at == null ? "" : "has been in " + at.what() + " for " + seconds(nanos) + " s; ")
                + events.size() + " events wait for it, " + dropped + " were dropped; orders are decided all the same";
        return Optional.of(new Health.Check(name, Health.Status.DEGRADED, detail));
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos);
    }

    String name() {
        return name;
    }

    /** The thread, which may not run yet. */
    Loop loop() {
        return loop;
    }

    /** Tells what waits, within the bound, and ends the thread; one that is stuck ends with its event. */
    void close(Duration bound) {
        long start = System.nanoTime();
        loop.wake();
        while (isBusy()
                && System.nanoTime() - start < bound.toNanos()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_AGAIN);
        }
        loop.stop();
        if (isBusy()) {
            log.warn("{}: closed with {} events that it was not told", name, events.size());
        }
    }

    private boolean isBusy() {
        return loop.isAlive() && !loop.isOwnThread() && (present != null || !events.isEmpty());
    }
}
