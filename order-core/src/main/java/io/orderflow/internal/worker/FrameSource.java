package io.orderflow.internal.worker;

import io.orderflow.internal.engine.Step;
import io.orderflow.internal.loop.Backoff;
import io.orderflow.internal.loop.Outage;
import io.orderflow.internal.loop.Whereabouts;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's end of the queue: opens the consumer, opens it again after a failure, keeps the leases of what is held,
 * and acks. After a failure of the consumer all that it held counts as lost: it is decided all the same, but not acked.
 * What an adapter throws besides {@link QueueException} is such a failure too: its bug must not keep a worker from
 * opening it again. Not thread-safe.
 */
final class FrameSource {
    private static final Logger log = LoggerFactory.getLogger(FrameSource.class);

    /** Bounds the memory for what one receive brings, whatever the frames before were like: 128 x 256 KiB. */
    private static final int MOST_FRAMES = 128;

    /** What one receive brings when its frames are like those before. */
    static final int MOST_BYTES = 8 << 20;

    private final String name;
    private final WorkerContext context;
    private final Backoff backoff;
    private final Set<HeldFrame> held = new LinkedHashSet<>();
    private final LateFrames late;

    private QueueConsumer consumer;
    private long renewAt;
    private long reopenAt;
    private boolean away;
    private boolean holding;
    private int ordersPerFrame = 1;
    private int bytesPerFrame = 1;

    /**
     * Opens nothing yet.
     *
     * @param late keeps what is settled, if it is to be acked later
     */
    FrameSource(String worker, WorkerContext context, LateFrames late) {
        this.name = worker + ".queue";
        this.context = context;
        this.late = late;
        this.backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), context.random());
        this.reopenAt = context.nanoTime().getAsLong();
    }

    /**
     * What came, and how long to pause when the queue is away.
     *
     * @param deliveries what came, maybe nothing
     * @param pauseNanos 0, or how long the queue is left alone
     */
    record Received(List<Delivery> deliveries, long pauseNanos) {}

    /** One call of the consumer. */
    @FunctionalInterface
    private interface Call {
        void run() throws QueueException;
    }

    /** Whether nothing is to be received before some messages are acked that are kept for the delay. */
    boolean isFull() {
        return late.isFull(held.size());
    }

    boolean isOpen() {
        return consumer != null;
    }

    /**
     * Receives.
     *
     * @param idle whether the caller has nothing else to do
     * @param wait longest wait for the first message
     */
    Received receive(int orders, boolean idle, Duration wait) throws InterruptedException {
        long pause = reopenAt - context.nanoTime().getAsLong();
        if (consumer == null && pause > 0) {
            return new Received(List.of(), pause);
        }
        Received received = receiveMore(orders, wait);
        if (consumer != null && received.deliveries().isEmpty() && idle) {
            context.state().nothingReceived();
            context.lane().queueEmpty();
        }
        return received;
    }

    /** Receives again for the same batch; waits up to the given time for the first message. */
    Received receiveMore(int orders, Duration wait) throws InterruptedException {
        Whereabouts.at("receiving from " + context.queue().name());
        try {
            if (consumer == null) {
                consumer = context.queue().openConsumer(context.config().lease());
                scheduleRenewal();
            }
            List<Delivery> deliveries = consumer.receive(frames(orders), wait);
            back();
            return new Received(deliveries, 0);
        } catch (QueueException | RuntimeException | Error e) {
            return new Received(List.of(), lost(e));
        }
    }

    private int frames(int orders) {
        int fitting = Math.min(orders / ordersPerFrame, MOST_BYTES / bytesPerFrame);
        return Math.min(MOST_FRAMES, Math.max(1, fitting));
    }

    /** Keeps a message until its work is done. */
    HeldFrame hold(Delivery delivery, int orders) {
        HeldFrame frame = new HeldFrame(delivery, orders);
        held.add(frame);
        tellHolding();
        ordersPerFrame = Math.max(1, (3 * ordersPerFrame + orders) / 4);
        bytesPerFrame = Math.max(1, (3 * bytesPerFrame + delivery.body().length) / 4);
        return frame;
    }

    /** Acks each frame whose orders are all settled, at once or when it is due. */
    void ackSettled() {
        List<Delivery> settled = new ArrayList<>();
        held.removeIf(frame -> frame.isSettled() && (late.keep(frame) || settled.add(frame.delivery())));
        tellHolding();
        if (late.isOn()) {
            settled.addAll(late.takeDue());
        }
        if (settled.isEmpty() || consumer == null) {
            return;
        }
        run(() -> {
            consumer.ack(settled);
            context.watcher().reached(Step.ACKED);
        });
    }

    /**
     * Takes each frame back into work that has something settled and is not acked.
     *
     * @return those frames, the oldest first; all their orders are to be decided again
     */
    List<HeldFrame> reopen() {
        List<HeldFrame> again = late.takeAll();
        held.stream().filter(HeldFrame::isTouched).forEach(again::add);
        again.forEach(HeldFrame::reopen);
        held.addAll(again);
        tellHolding();
        return again;
    }

    /** Starts the leases of what is held anew when a third of them is over. */
    void renewLeases() {
        if (consumer == null
                || held.isEmpty() && late.isEmpty()
                || context.nanoTime().getAsLong() - renewAt < 0) {
            return;
        }
        run(() -> {
            Set<Delivery> still = Collections.newSetFromMap(new IdentityHashMap<>());
            still.addAll(consumer.renew(deliveries()));
            if (loseHeld(frame -> !still.contains(frame.delivery()))) {
                log.debug("{}: a lease ended before its renewal; the queue delivers the frame again", name);
                tellHolding();
            }
            scheduleRenewal();
        });
    }

    /** Gives back what is not acked and ends the consumer. */
    void close() {
        if (consumer != null) {
            try {
                consumer.release(deliveries());
            } catch (QueueException | RuntimeException | Error e) {
                log.debug("{}: what was held is delivered again when its lease ends: {}", name, e.toString());
            }
            held.clear();
            tellHolding();
            closeConsumer();
        }
        if (away) {
            outage().left(name);
        }
        context.events().ended(name);
    }

    /** All that the queue counts as held. */
    private List<Delivery> deliveries() {
        return Stream.concat(held.stream(), late.stream())
                .map(HeldFrame::delivery)
                .toList();
    }

    private boolean loseHeld(Predicate<HeldFrame> which) {
        late.loseIf(which);
        held.stream().filter(which).forEach(HeldFrame::lose);
        return held.removeIf(HeldFrame::isLost);
    }

    private void run(Call call) {
        Whereabouts.at("settling messages of " + context.queue().name());
        try {
            call.run();
        } catch (QueueException | RuntimeException | Error e) {
            lost(e);
        }
    }

    private void scheduleRenewal() {
        renewAt = context.nanoTime().getAsLong() + context.config().lease().toNanos() / 3;
    }

    private void back() {
        backoff.reset();
        context.events().polled();
        if (away) {
            away = false;
            outage().over(name);
            context.events().resumed(name);
        }
    }

    private Outage outage() {
        return context.outages().queue(context.queue().name());
    }

    private long lost(Throwable e) {
        away = true;
        outage().met(name, "", e.toString());
        context.events().paused(name, e.toString());
        context.state().unreachable();
        context.lane().nobodyReceives();
        loseHeld(frame -> true);
        tellHolding();
        closeConsumer();
        long pause = backoff.nextNanos();
        reopenAt = context.nanoTime().getAsLong() + pause;
        return pause;
    }

    /** Recovery leaves alone what a worker is about to decide. */
    private void tellHolding() {
        if (holding == held.isEmpty()) {
            holding = !holding;
            if (holding) {
                context.state().holds();
            } else {
                context.state().holdsNoMore();
            }
        }
    }

    private void closeConsumer() {
        if (consumer == null) {
            return;
        }
        try {
            consumer.close();
        } catch (RuntimeException | Error e) {
            if (away) {
                log.debug("{}: the consumer could not be closed in an outage: {}", name, e.toString());
            } else {
                log.warn("{}: the consumer could not be closed: {}", name, e.toString());
            }
        }
        consumer = null;
    }
}
