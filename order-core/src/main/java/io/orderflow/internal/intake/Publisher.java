package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Breaker.State.OPEN;

import io.orderflow.SubmitResult;
import io.orderflow.queue.PublishResult;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Brings orders to the queue: those of the line while the queue is to accept them, and then those of the outbox. Its
 * step is run by one thread at a time.
 */
final class Publisher implements Watchdog.Watched {
    private static final String BROKEN_OFF = "publishing was broken off";
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_AT_OUTBOX = TimeUnit.MILLISECONDS.toNanos(50);

    private final DurablePlace place;
    private final QueueCalls queue;
    private final DurabilityGate gate;
    private final Outbox outbox;
    private final int maxGroup;

    /**
     * Starts with a queue that was not asked for its durability.
     *
     * @param place the queue as a durable place
     * @param outbox what the journal has
     * @param maxGroup most submissions that are published together
     */
    Publisher(DurablePlace place, QueueCalls queue, DurabilityGate gate, Outbox outbox, int maxGroup) {
        this.place = place;
        this.queue = queue;
        this.gate = gate;
        this.outbox = outbox;
        this.maxGroup = maxGroup;
    }

    /**
     * Publishes one frame, or probes, whatever is due. What waits for an answer goes first.
     *
     * @return nanoseconds until it wants to be called again without being woken
     * @throws InterruptedException if the thread was interrupted; what was in flight is back in the line
     */
    long step() throws InterruptedException {
        long now = place.now();
        if (!gate.isAsked()) {
            isDurable(now);
        }
        if (place.state() == OPEN) {
            return whileAway(now);
        }
        if (takeFromLine(now) || place.state() == OPEN) {
            return 0;
        }
        return publishJournaled() ? 0 : IDLE;
    }

    private long whileAway(long now) {
        outbox.dropOld(now);
        long wait = place.probeIfDue(queue::probe, now);
        return outbox.size() > 0 ? Math.min(wait, LOOK_AT_OUTBOX) : wait;
    }

    private boolean isDurable(long now) {
        return place.watched(() -> gate.ask(now)) && place.state() != OPEN;
    }

    private boolean takeFromLine(long now) throws InterruptedException {
        if (!place.mayTake(now)) {
            return false;
        }
        if (!isDurable(now)) {
            place.passOn();
            return false;
        }
        List<Submission> taken = place.take(maxGroup, now);
        if (taken.isEmpty()) {
            return false;
        }
        place.fly(new Group(taken), BROKEN_OFF, this::publishFresh);
        return true;
    }

    private void publishFresh(Flight flying) throws InterruptedException {
        PublishResult result = queue.publish(flying.group().entries());
        if (result.outcome() == PublishResult.Outcome.DONE) {
            answer(flying);
        }
        conclude(flying, result);
    }

    private void conclude(Flight flying, PublishResult result) {
        if (result.outcome() == PublishResult.Outcome.DONE) {
            place.worked();
        } else {
            place.fail(flying, result.cause(), result.outcome() == PublishResult.Outcome.UNKNOWN);
        }
    }

    private void answer(Flight flying) {
        Group group = flying.group();
        Landing landing = place.land(flying);
        for (Submission head : group.heads()) {
            landing.give(head, new SubmitResult.Accepted(head.entry().id()));
            for (Submission twin : group.twins(head)) {
                if (twin.sameContentAs(head)) {
                    landing.give(twin, new SubmitResult.Accepted(twin.entry().id()));
                } else {
                    // which of them counts is found at the decision (P5): each travels in a frame of its own
                    landing.tryAgain(twin);
                }
            }
        }
        landing.end();
    }

    /** Nobody waits for these: their flight is an empty one, for the watchdog. */
    private boolean publishJournaled() throws InterruptedException {
        Outbox.Outgoing frame = outbox.nextFrame();
        if (frame.isEmpty()) {
            return false;
        }
        try {
            place.<InterruptedException>fly(Group.EMPTY, BROKEN_OFF, flying -> {
                PublishResult result = queue.publish(frame.entries());
                frame.sent(result);
                conclude(flying, result);
            });
        } finally {
            frame.end(place.now());
        }
        return true;
    }

    @Override
    public void watch(long now) {
        place.watch(now);
        if (place.state() == OPEN) {
            outbox.dropOld(now);
        }
    }

    /** Shows what of the line is on its way to the queue. */
    @Override
    public void forEach(Consumer<Submission> action) {
        place.forEach(action);
    }
}
