package io.orderflow.internal.worker;

import io.orderflow.Limits;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.HeldRows;
import io.orderflow.internal.loop.Backoff;
import io.orderflow.internal.loop.Outage;
import io.orderflow.internal.worker.HeldFrame.Item;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Orders of one worker that need rows which other transactions hold, or that others try now. They wait here, with their
 * frames held, so that all other orders go on; orders that come later and need the same rows join them at once. They
 * are tried again and again, oldest first, mostly without waiting for a row; now and then the oldest alone waits in
 * line for its rows, so that an order on a row which is locked nearly always has its turn too. If it gets them, more
 * follow it: the rows are in much use, and nobody holds on to one. Not thread-safe.
 */
final class WaitingOrders {
    /** Bounds the memory: while so much waits, nothing is received. */
    private static final int MOST_ORDERS = 10_000;

    private static final int MOST_CHORES = 1_000;

    private static final int MOST_BYTES = 32 << 20;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /**
     * After so many fruitless tries the oldest order waits in line for a wallet or products: mostly it is other batches
     * that have them, one after the other.
     */
    private static final int EARLY_PATIENT_TRY = 3;

    /** Every so many fruitless tries the oldest order waits in line for its rows, whoever holds them. */
    private static final int PATIENT_TRY = 10;

    /** How many times more wait in line after those that had their turn. */
    private static final int MORE_PATIENT = 4;

    /** Waiting for so long is worth telling. */
    private static final Duration TELL = Duration.ofSeconds(5);

    private final String name;
    private final int maxBatch;
    private final LongSupplier nanoTime;
    private final WorkerEvents events;
    private final Outage outage;
    private final Backoff backoff;
    private final Deque<Item> items = new ArrayDeque<>();
    private final Deque<Work<Item>> chores = new ArrayDeque<>();
    private final HeldRows held = new HeldRows();

    private boolean occupied;
    private boolean told;
    private long since;
    private long nextTry;
    private int fruitless;

    /** How many orders wait in line next. */
    private int inLine = 1;

    private long bytes;

    WaitingOrders(String worker, WorkerContext context) {
        this.name = worker + ".waiting";
        this.maxBatch = context.config().maxBatch();
        this.nanoTime = context.nanoTime();
        this.events = context.events();
        this.outage = context.outages().heldRows();
        this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, context.random());
    }

    /** Whether the order needs a row that was held when it was last looked at. */
    boolean concern(OrderEntry order) {
        return occupied && held.concern(order);
    }

    /** Whether no more fits. */
    boolean isFull() {
        return items.size() >= MOST_ORDERS || chores.size() >= MOST_CHORES || bytes >= MOST_BYTES;
    }

    /** How long until the next try, in nanoseconds; endless while nothing waits. */
    long untilTry() {
        return items.isEmpty() && chores.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextTry - nanoTime.getAsLong());
    }

    /** Lets an order wait behind the others. */
    void join(Item item) {
        enter();
        items.addLast(item);
        if (item.frame().waits(1)) {
            bytes += item.frame().delivery().body().length;
        }
    }

    /** Lets something wait that is no decision: to set an order aside whose row is held, and the like. */
    void join(Work<Item> chore) {
        enter();
        chores.addLast(chore);
        bytes += bytesOf(chore);
        pause();
    }

    private static long bytesOf(Work<Item> chore) {
        return chore instanceof Work.SetAside<Item> aside ? aside.bytes() : 0;
    }

    /** Lets orders wait for those who try them now. */
    void join(List<Item> all) {
        all.forEach(this::join);
        pause();
    }

    /** Notes what a batch that went around held rows came to. */
    void tried(BatchResult result, List<Item> left) {
        inLine = 1;
        result.verdicts().forEach(verdict -> held.removeAllOf(verdict.entry()));
        held.addAll(result.held());
        if (left.isEmpty() || !result.verdicts().isEmpty()) {
            backoff.reset();
            fruitless = 0;
            nextTry = nanoTime.getAsLong();
        } else {
            fruitless++;
            pause();
        }
        left.forEach(this::join);
        tellIfLong();
    }

    /** Notes what a batch came to that waited for its rows: nobody holds those of what it decided. */
    void decided(BatchResult result) {
        if (occupied) {
            result.verdicts().forEach(verdict -> held.removeAllOf(verdict.entry()));
        }
    }

    /** What is tried next: orders of the same kind, or a chore. Nothing that was taken before may be in work. */
    Optional<Work<Item>> next() {
        items.removeIf(item -> item.frame().isLost() && leave(item));
        if (!chores.isEmpty()) {
            bytes -= bytesOf(chores.peekFirst());
            return Optional.of(chores.pollFirst());
        }
        if (items.isEmpty()) {
            return Optional.empty();
        }
        if (!isPatientTry()) {
            return Optional.of(FrameOrders.batch(take(maxBatch), true));
        }
        int most = inLine;
        // it is taken back where these go around what is held, after all
        inLine = Math.min(inLine * MORE_PATIENT, maxBatch);
        return Optional.of(FrameOrders.batch(take(most), false));
    }

    /** An order that waits in line for the key of a row keeps all others from its products meanwhile. */
    private boolean isPatientTry() {
        return fruitless == EARLY_PATIENT_TRY
                        && !held.orders().contains(items.peekFirst().entry().id())
                || fruitless > 0 && fruitless % PATIENT_TRY == 0;
    }

    private List<Item> take(int most) {
        List<Item> taken = new ArrayList<>();
        boolean suspect = items.peekFirst().isSuspect();
        int lines = 0;
        while (!items.isEmpty() && taken.size() < most && items.peekFirst().isSuspect() == suspect) {
            lines += items.peekFirst().entry().lineCount();
            if (lines > Limits.BATCH_LINES && !taken.isEmpty()) {
                break;
            }
            leave(items.peekFirst());
            taken.add(items.pollFirst());
        }
        return taken;
    }

    private boolean leave(Item item) {
        if (item.frame().waits(-1)) {
            bytes -= item.frame().delivery().body().length;
        }
        return true;
    }

    private void enter() {
        if (!occupied) {
            occupied = true;
            since = nanoTime.getAsLong();
            fruitless = 0;
        }
    }

    private void pause() {
        nextTry = nanoTime.getAsLong() + backoff.nextNanos();
    }

    private void tellIfLong() {
        long waited = nanoTime.getAsLong() - since;
        if (items.isEmpty() || waited < TELL.toNanos()) {
            return;
        }
        String cause = items.size() + " orders wait for rows that other transactions hold, order "
                + items.peekFirst().entry().id() + " of buyer "
                + items.peekFirst().entry().buyer() + " among them; others go on";
        told = true;
        outage.met(name, "", cause);
        events.paused(name, cause);
    }

    /** Nothing that waited is in work: when nothing waits either, the rows are forgotten. */
    void forgetIfEmpty() {
        if (!occupied || !items.isEmpty() || !chores.isEmpty()) {
            return;
        }
        occupied = false;
        held.clear();
        backoff.reset();
        if (told) {
            told = false;
            outage.over(name);
            events.resumed(name);
        }
    }

    /** The worker ends, and gives back what waits. */
    void end() {
        if (told) {
            outage.left(name);
            events.ended(name);
        }
    }
}
