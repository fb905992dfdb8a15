package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Submission.Kind.ASYNC_OVERFLOW;

import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes futures that have their answer, which runs the host's code. One thread does it, in the order of the
 * answers. When that is stuck in the host's code for 50 ms, others help, up to 256: each time that all are stuck, as
 * many again. Helpers take the newest first, since what the stuck ones wait for is newer than they are: a callback may
 * submit and join. A helper that finds nothing for 10 s ends. Thread-safe.
 */
final class Completions implements Watchdog.Watched {
    static final int MOST_THREADS = 256;
    static final long STUCK = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);
    private static final long HELPER_REST = TimeUnit.SECONDS.toNanos(10);

    /** Room is freed for so many at a time: each time costs all submitters a look. */
    private static final int ROOM_PIECE = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private final Room room;
    private final LongSupplier time;
    private final ConcurrentLinkedDeque<Answered> waiting = new ConcurrentLinkedDeque<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final Deliverer first;
    private final List<Deliverer> helpers = new CopyOnWriteArrayList<>();
    private volatile boolean direct;

    // touched by the watchdog's thread alone
    private int hired = 1;
    private boolean told;

    /** Futures that were answered together; threads draw them one by one. */
    private static final class Answered {
        private final List<Submission> all;
        private final AtomicInteger next = new AtomicInteger();

        Answered(List<Submission> all) {
            this.all = all;
        }

        Submission draw() {
            int drawn = next.get() < all.size() ? next.getAndIncrement() : all.size();
            return drawn < all.size() ? all.get(drawn) : null;
        }
    }

    /**
     * Starts with nothing to do and no thread.
     *
     * @param direct whether futures are completed at once, by the thread that answers
     * @param time monotonic nanoseconds
     */
    Completions(Room room, boolean direct, LongSupplier time) {
        this.room = room;
        this.direct = direct;
        this.time = time;
        this.first = new Deliverer("orderflow-answers", false);
    }

    void start() {
        first.loop.start();
    }

    /** Takes futures over that have their answer. */
    void add(List<Submission> answered) {
        unfinished.addAndGet(answered.size());
        waiting.addLast(new Answered(answered));
        // a thread that stops after this look has completed them itself, see end
        if (direct) {
            new Deliverer("direct", false).completeAll();
            return;
        }
        first.loop.wake();
        helpers.forEach(helper -> helper.loop.wake());
    }

    /** Looks whether all threads are stuck, and has more help then. */
    @Override
    public void watch(long now) {
        boolean allStuck = first.isStuck(now);
        first.freeRoomIfStuck(now);
        int helping = 0;
        for (Deliverer helper : helpers) {
            helper.freeRoomIfStuck(now);
            allStuck &= helper.isStuck(now);
            helping++;
        }
        if (allStuck && !waiting.isEmpty()) {
            tell(helping + 1);
            hire(Math.min(helping + 1, MOST_THREADS - 1 - helping));
        }
    }

    private void tell(int threads) {
        if (!told) {
            told = true;
            LOG.warn(
                    "the code that depends on futures of submitAsync holds up {} threads; more threads, {} at most,"
                            + " complete the other futures",
                    threads,
                    MOST_THREADS);
        }
    }

    private void hire(int more) {
        for (int i = 0; i < more; i++) {
            Deliverer helper = new Deliverer("orderflow-answers-" + ++hired, true);
            helpers.add(helper);
            try {
                helper.loop.start();
            } catch (Error e) {
                helpers.remove(helper);
                LOG.warn("the system gives no thread to complete futures with; tried again", e);
                return;
            }
        }
    }

    /** How many futures are not completed, or are just being completed. */
    int unfinished() {
        return unfinished.get();
    }

    /** Whether nothing waits for a thread; some may be in the host's code. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether the caller is one of its threads, hence the host's code. */
    boolean isOwnThread() {
        return all().stream().anyMatch(one -> one.loop.isOwnThread());
    }

    /** Whether a thread has been in the host's code for so long. */
    boolean isStuckFor(Duration patience) {
        long now = time.getAsLong();
        return longest(now) > patience.toNanos();
    }

    /** What is wrong, for a health check; empty if nothing is. */
    Optional<String> trouble(Duration patience) {
        long now = time.getAsLong();
        long longest = longest(now);
        if (longest <= patience.toNanos()) {
            return Optional.empty();
        }
        long stuck = all().stream().filter(one -> one.isStuck(now)).count();
        return Optional.of("the code that depends on futures of submitAsync holds up " + stuck + " of at most "
                + MOST_THREADS + " threads, the longest for " + TimeUnit.NANOSECONDS.toSeconds(longest) + " s; "
                + unfinished.get() + " futures are not completed");
    }

    private long longest(long now) {
        return all().stream().mapToLong(one -> one.inHostCodeFor(now)).max().orElse(0);
    }

    private List<Deliverer> all() {
        List<Deliverer> all = new ArrayList<>(helpers);
        all.add(first);
        return all;
    }

    /** Ends the threads; from now on the thread that answers also completes. */
    void end() {
        direct = true;
        all().forEach(one -> one.loop.stop());
        new Deliverer("direct", false).completeAll();
    }

    /** One thread, or one caller, that completes. */
    private final class Deliverer {
        private final Loop loop;
        private final boolean helps;
        private final AtomicInteger freed = new AtomicInteger();
        private final AtomicInteger freedOverflow = new AtomicInteger();

        /** Since when it completes the present future; meaningful while busy. */
        private volatile long since;

        private volatile boolean busy;

        Deliverer(String name, boolean helps) {
            this.helps = helps;
            this.since = time.getAsLong();
            this.loop = new Loop(name, new Waiter(), this::step);
        }

        private long step() {
            boolean found = completeAll();
            if (!helps) {
                return IDLE;
            }
            if (!found && time.getAsLong() - since >= HELPER_REST) {
                helpers.remove(this);
                loop.stop();
                // what came between the look and the end wakes the first one too
            }
            return HELPER_REST;
        }

        private boolean completeAll() {
            boolean found = false;
            Submission next;
            while ((next = draw()) != null) {
                found = true;
                complete(next);
            }
            freeRoom();
            return found;
        }

        private Submission draw() {
            Answered batch;
            while ((batch = helps ? waiting.peekLast() : waiting.peekFirst()) != null) {
                Submission drawn = batch.draw();
                if (drawn != null) {
                    return drawn;
                }
                waiting.remove(batch);
                freeRoom();
            }
            return null;
        }

        private void complete(Submission submission) {
            since = time.getAsLong();
            busy = true;
            try {
                submission.result().ifPresent(submission.future()::complete);
            } catch (RuntimeException | Error e) {
                LOG.warn(
                        "what depends on the future of order {} failed",
                        submission.entry().id(),
                        e);
            } finally {
                busy = false;
            }
            AtomicInteger left = submission.kind() == ASYNC_OVERFLOW ? freedOverflow : freed;
            if (left.incrementAndGet() >= ROOM_PIECE) {
                freeRoom();
            }
        }

        /** By its own thread, or by the watchdog while it is stuck. */
        private void freeRoom() {
            int ofRoom = freed.getAndSet(0);
            int ofOverflow = freedOverflow.getAndSet(0);
            unfinished.addAndGet(-ofRoom - ofOverflow);
            room.leave(ofRoom, ofOverflow);
        }

        private void freeRoomIfStuck(long now) {
            if (isStuck(now)) {
                freeRoom();
            }
        }

        private boolean isStuck(long now) {
            return inHostCodeFor(now) > STUCK;
        }

        private long inHostCodeFor(long now) {
            return busy ? now - since : 0;
        }
    }
}
