package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Breaker.State.OPEN;
import static io.orderflow.internal.intake.Breaker.State.TRIAL;

import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings orders to the queue: those of the line while the queue is to accept them, and those that the journal has, off
 * the answer's path. The only one to publish, probe and ask for durability (A5); its step is run by one thread at a
 * time.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private static final String BROKEN_OFF = "publishing was broken off";
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_AT_BACKLOG = TimeUnit.MILLISECONDS.toNanos(50);

    /** What a queue may take beyond its time-out (Q3), with some room for this process. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(200);

    private final Parts parts;
    private final OrderQueue queue;
    private final IntakeListener listener;
    private final Breaker breaker;
    private final Backlog backlog;
    private final Duration timeout;
    private final AtomicLong unpublished = new AtomicLong();
    private volatile Optional<Flight> flight = Optional.empty();

    Publisher(Parts parts, OrderQueue queue) {
        this.parts = parts;
        this.queue = queue;
        this.listener = parts.listener();
        this.breaker = parts.queueBreaker();
        this.backlog = new Backlog(parts.settings().bufferCapacity());
        this.timeout = parts.settings().publishTimeout();
    }

    /** What is at the queue now. By any thread. */
    Optional<Flight> flight() {
        return flight;
    }

    /** How long a publish may take before the queue is given up. */
    long patience() {
        return timeout.toNanos() + GRACE;
    }

    /** Journaled orders that wait. By any thread. */
    int backlog() {
        return backlog.size();
    }

    /** Journaled orders that are not on the queue, as far as is known. By any thread. */
    long unpublished() {
        return unpublished.get();
    }

    /** Takes over what the journal has; never waits. By any thread. */
    void publishLater(List<OrderEntry> written, long now) {
        int lost = backlog.add(written, now);
        parts.publisherWaiter().wake();
        leaveToRecovery(lost);
    }

    /** Leaves to recovery what waits too long for a queue that is away. By any thread. */
    void dropOld(long now) {
        if (breaker.state() == OPEN) {
            leaveToRecovery(backlog.dropOld(now));
        }
    }

    private void leaveToRecovery(int orders) {
        if (orders > 0) {
            unpublished.addAndGet(orders);
            try {
                listener.unpublished(orders);
            } catch (RuntimeException | Error e) {
                LOG.warn("the listener failed; recovery finds the {} orders in its own time", orders, e);
            }
        }
    }

    /**
     * Publishes one frame, or probes, whatever is due. What waits for an answer goes first.
     *
     * @return nanoseconds until it wants to be called again without being woken
     * @throws InterruptedException if the thread was interrupted; what was in flight is back in the line
     */
    long step() throws InterruptedException {
        long now = parts.now();
        if (!parts.gate().isAsked()) {
            isDurable(now);
        }
        if (breaker.state() == OPEN) {
            return whileOpen(now);
        }
        if (takeFromLine(now) || breaker.state() == OPEN) {
            return 0;
        }
        List<Backlog.Item> frame = backlog.takeFrame();
        if (frame.isEmpty()) {
            return IDLE;
        }
        publishJournaled(frame);
        return 0;
    }

    private long whileOpen(long now) {
        dropOld(now);
        long wait = breaker.untilProbe(now);
        if (wait == 0) {
            probe();
        }
        return backlog.size() > 0 ? Math.min(wait, LOOK_AT_BACKLOG) : wait;
    }

    private void probe() {
        flight = Optional.of(new Flight(Group.EMPTY, parts.now(), false));
        try {
            queue.check();
            breaker.probed();
        } catch (QueueException | RuntimeException e) {
            // an adapter's bug must not keep the publisher from the line
            breaker.failed(String.valueOf(e.getMessage()), parts.now());
        } finally {
            flight = Optional.empty();
        }
        parts.router().changed(parts.now());
    }

    /** The question may ask the queue's server, so it hangs where the watchdog sees it: then the queue is given up. */
    private boolean isDurable(long now) {
        flight = Optional.of(new Flight(Group.EMPTY, now, false));
        try {
            return parts.gate().ask(now) && breaker.state() != OPEN;
        } finally {
            flight = Optional.empty();
        }
    }

    private boolean takeFromLine(long now) throws InterruptedException {
        if (parts.router().taker(now) != Router.Taker.QUEUE || !isDurable(now)) {
            parts.router().changed(parts.now());
            return false;
        }
        int most = breaker.state() == TRIAL ? 1 : parts.settings().maxGroup();
        Answers.Round late = parts.answers().begin();
        List<Submission> taken = parts.buffer().take(most, now, late);
        late.end();
        if (taken.isEmpty()) {
            return false;
        }
        publishFresh(new Group(taken));
        return true;
    }

    private void publishFresh(Group group) throws InterruptedException {
        Flight flying = takeOff(group);
        boolean ended = false;
        try {
            PublishResult result = publish(group.entries());
            if (result.outcome() == PublishResult.Outcome.DONE) {
                land(flying);
            } else {
                fail(flying, result.cause(), result.outcome() == PublishResult.Outcome.UNKNOWN);
            }
            ended = true;
        } finally {
            if (!ended) {
                flying.giveBackRest(parts.buffer(), BROKEN_OFF);
                fail(flying, BROKEN_OFF, true);
            }
            flight = Optional.empty();
        }
    }

    private Flight takeOff(Group group) {
        long start = parts.now();
        Flight flying = new Flight(group, start, breaker.trying(start));
        flight = Optional.of(flying);
        return flying;
    }

    private void land(Flight flying) {
        boolean mine = flying.claim();
        Group group = flying.group();
        listener.grouped(group.heads().size());
        List<Submission> otherContent = new ArrayList<>();
        Answers.Round round = parts.answers().begin();
        for (Submission head : group.heads()) {
            round.give(head, new SubmitResult.Accepted(head.entry().id()));
            for (Submission twin : group.twins(head)) {
                if (twin.sameContentAs(head)) {
                    round.give(twin, new SubmitResult.Accepted(twin.entry().id()));
                } else {
                    otherContent.add(twin);
                }
            }
        }
        round.end();
        if (mine && !otherContent.isEmpty()) {
            // which of them counts is found at the decision (P5): each travels in a frame of its own
            otherContent.removeIf(submission -> !submission.giveBack("", false));
            parts.buffer().giveBack(otherContent);
        }
        breaker.worked(parts.now());
        parts.router().changed(parts.now());
    }

    private void fail(Flight flying, String cause, boolean maybe) {
        breaker.failed(cause, parts.now());
        flying.giveBack(parts.buffer(), cause, maybe);
        parts.router().changed(parts.now());
    }

    private void publishJournaled(List<Backlog.Item> frame) throws InterruptedException {
        takeOff(Group.EMPTY);
        List<OrderEntry> entries = new ArrayList<>(frame.size());
        frame.forEach(item -> entries.add(item.entry()));
        PublishResult result = PublishResult.unknown(BROKEN_OFF);
        try {
            result = publish(entries);
        } finally {
            flight = Optional.empty();
            settleJournaled(frame, result);
        }
    }

    private void settleJournaled(List<Backlog.Item> frame, PublishResult result) {
        long now = parts.now();
        if (result.outcome() == PublishResult.Outcome.DONE) {
            breaker.worked(now);
            parts.router().changed(now);
            return;
        }
        breaker.failed(result.cause(), now);
        parts.router().changed(now);
        if (result.outcome() == PublishResult.Outcome.REFUSED) {
            backlog.giveBack(frame);
            dropOld(now);
        } else {
            // the queue may have it: publishing it again would only make the outage's end harder
            leaveToRecovery(frame.size());
        }
    }

    private PublishResult publish(List<OrderEntry> entries) throws InterruptedException {
        byte[] message = parts.settings().frames().write(entries, parts.clock().millis());
        try {
            return queue.publish(message, timeout);
        } catch (RuntimeException e) {
            return PublishResult.unknown("publishing threw " + e);
        }
    }
}
