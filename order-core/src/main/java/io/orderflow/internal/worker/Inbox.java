package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.Limits;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.worker.HeldFrame.Item;
import io.orderflow.queue.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * What a worker has received and not begun: decodes messages, lets a batch fill while orders keep coming, and cuts
 * batches. Orders that need rows which are known to be held wait at once. Messages that are to be set aside come after
 * all orders that came with them, and before anything more is received, so that a flood of the queue fills no heap. Not
 * thread-safe.
 */
final class Inbox {
    /** So many of the last frames tell how far the queue is behind: one of them may be old. */
    private static final int SAMPLES = 8;

    /** A batch takes no more messages in when so much waits to be set aside. */
    private static final int ENOUGH_BAD_MESSAGES = 500;

    private static final int ENOUGH_BAD_BYTES = FrameSource.MOST_BYTES;

    private final WorkerContext context;
    private final FrameSource frames;
    private final WaitingOrders waiting;
    private final FrameOrders origin;
    private final Deque<Item> orders = new ArrayDeque<>();
    private final List<BadMessage> bad = new ArrayList<>();
    private final Deque<UUID> newest = new ArrayDeque<>();

    private long badBytes;
    private long lastBatchEnd;
    private int lastBatchSize;

    Inbox(WorkerContext context, FrameSource frames, WaitingOrders waiting, FrameOrders origin) {
        this.context = context;
        this.frames = frames;
        this.waiting = waiting;
        this.origin = origin;
        this.lastBatchEnd = context.nanoTime().getAsLong();
    }

    /**
     * Receives, if there is room for more.
     *
     * @param firstWait how long to wait for the first message
     * @param idle whether there is nothing else to do
     * @return how long the queue is to be left alone, in nanoseconds
     * @throws InterruptedException if the thread was interrupted while it waited for the queue
     */
    long fill(Duration firstWait, boolean idle) throws InterruptedException {
        int wanted = context.config().maxBatch();
        if (orders.size() >= wanted || !bad.isEmpty() || waiting.isFull()) {
            return 0;
        }
        boolean nothing = orders.isEmpty();
        FrameSource.Received first =
                frames.receive(wanted - orders.size(), idle && nothing, nothing ? firstWait : Duration.ZERO);
        take(first);
        long now = context.nanoTime().getAsLong();
        long batchWait = context.config().batchWait().toNanos();
        boolean flowing = (lastBatchSize > 1 || orders.size() > 1) && now - lastBatchEnd < 2 * batchWait;
        long deadline = flowing ? now + batchWait : now;
        // a message that came alone and ended a wait has nobody behind it
        boolean more = flowing || first.deliveries().size() > 1 || firstWait.isZero();
        while (more && !orders.isEmpty() && orders.size() < wanted && !isBadEnough() && frames.isOpen()) {
            int before = orders.size();
            long left = Math.max(0, deadline - context.nanoTime().getAsLong());
            take(frames.receiveMore(wanted - before, Duration.ofNanos(left)));
            more = orders.size() > before;
        }
        return first.pauseNanos();
    }

    private boolean isBadEnough() {
        return bad.size() >= ENOUGH_BAD_MESSAGES || badBytes >= ENOUGH_BAD_BYTES;
    }

    /** Moves what is to be done next into the work: a batch, else messages to set aside. */
    void next(WorkList<Item> work) {
        if (orders.isEmpty()) {
            bury(work);
            return;
        }
        int most = context.config().maxBatch();
        int before = orders.size();
        work.add(FrameOrders.cut(orders, most));
        context.lane().batchBegins(before - orders.size(), most, !orders.isEmpty());
        context.watcher().reached(Step.RECEIVED);
    }

    private void bury(WorkList<Item> work) {
        Burials.cut(bad, BadMessage::keptBytes).forEach(piece -> work.add(origin.burial(piece)));
        bad.clear();
        badBytes = 0;
    }

    /** A batch ended. */
    void decided(int size) {
        lastBatchSize = size;
        lastBatchEnd = context.nanoTime().getAsLong();
    }

    private void take(FrameSource.Received received) {
        int again = 0;
        for (Delivery delivery : received.deliveries()) {
            again += delivery.deliveriesBefore() > 0 ? 1 : 0;
            // what is only a message's beginning may look like a frame
            delivery.oversized()
                    .ifPresentOrElse(
                            whole -> setAside(delivery, DeadLetterReason.UNDECODABLE, tooLarge(whole)),
                            () -> decode(delivery));
        }
        if (again > 0) {
            context.events().redelivered(again);
        }
        if (!newest.isEmpty()) {
            context.state()
                    .received(new QueueState.NewestFrames(
                            List.copyOf(newest), context.nanoTime().getAsLong()));
            newest.clear();
        }
    }

    private void decode(Delivery delivery) {
        try {
            Frame frame = context.frames().read(delivery.body());
            HeldFrame held = frames.hold(delivery, frame.entries().size());
            newest.addLast(frame.entries().get(0).id());
            if (newest.size() > SAMPLES) {
                newest.removeFirst();
            }
            for (OrderEntry entry : frame.entries()) {
                Item item = held.item(entry);
                if (waiting.concern(entry)) {
                    waiting.join(item);
                } else {
                    orders.addLast(item);
                }
            }
        } catch (MalformedException e) {
            setAside(delivery, e.reason(), e.getMessage());
        }
    }

    private void setAside(Delivery delivery, DeadLetterReason reason, String detail) {
        bad.add(new BadMessage(frames.hold(delivery, 1), reason, detail));
        badBytes += delivery.body().length;
    }

    private static String tooLarge(Delivery.Oversized whole) {
        return "a frame must have at most " + Limits.FRAME_BYTES + " bytes: " + whole.length();
    }
}
