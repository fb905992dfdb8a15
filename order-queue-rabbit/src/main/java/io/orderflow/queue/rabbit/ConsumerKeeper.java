package io.orderflow.queue.rabbit;

import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.queue.QueueException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper's thread (C1): finds what is to be done next for the connection, the subscription or the leases, and has
 * it done. Whatever is thrown, it goes on (C6).
 */
final class ConsumerKeeper {
    /** By the name that all of the consumer has in logs. */
    private static final Logger log = LoggerFactory.getLogger(RabbitConsumer.class);

    /** When nothing came for this long, the server is asked whether something should have. */
    private static final long QUIET = TimeUnit.SECONDS.toNanos(2);

    /** A wake-up may get lost with a reader that ran out of memory. */
    private static final long LONGEST_SLEEP = TimeUnit.SECONDS.toNanos(1);

    private final String where;
    private final Trouble trouble;
    private final ConsumerState state;
    private final ConsumerLife life;
    private final long linger;
    private final Loop loop;

    /**
     * Starts nothing yet.
     *
     * @param linger for how many nanoseconds the owner may stay away before what nobody received is given back (C2)
     * @param name the thread's name
     */
    ConsumerKeeper(Trouble trouble, ConsumerState state, ConsumerLife life, long linger, String name) {
        this.where = state.where();
        this.trouble = trouble;
        this.state = state;
        this.life = life;
        this.linger = linger;
        this.loop = new Loop(name, new Waiter(), this::keep, life::end);
    }

    void start() {
        loop.start();
    }

    void stop() {
        loop.stop();
    }

    /** Waits for the thread's end; severs its connection when that takes too long. */
    void awaitEnd(Duration bound) {
        try {
            if (!loop.join(bound)) {
                life.sever();
                loop.join(bound);
            }
        } catch (InterruptedException e) {
            life.sever();
            Thread.currentThread().interrupt();
        }
    }

    /** What the keeper does next. */
    private enum Duty {
        CONNECT,
        LEAVE,
        SUBSCRIBE,
        LOOK,
        PROVEN,
        PAUSE,
        END_LEASES,
        STOP
    }

    private long keep() {
        Duty next = awaitDuty();
        if (next == Duty.STOP) {
            return 0;
        }
        try {
            perform(next);
        } catch (QueueException e) {
            life.failed(e);
        } catch (IOException | ShutdownSignalException e) {
            life.session().epoch().end(AmqpFailures.reason(e));
        } catch (RuntimeException | Error e) {
            life.failedUnforeseen(e);
        }
        return 0;
    }

    private void perform(Duty duty) throws QueueException, IOException {
        ConsumerSession session = life.session();
        switch (duty) {
            case CONNECT -> life.connect();
            case LEAVE -> life.lost();
            case SUBSCRIBE -> subscribe(session);
            case LOOK -> session.subscription().look(session.keeperLane());
            case PROVEN -> life.proven();
            case PAUSE -> session.subscription().pause(session.keeperLane());
            case END_LEASES -> endLeases(session);
            case STOP -> throw new IllegalStateException("the keeper stopped");
        }
    }

    private void subscribe(ConsumerSession session) throws IOException {
        session.subscription().begin(session.keeperLane(), trouble.prefetch());
        life.subscribed();
    }

    private void endLeases(ConsumerSession session) throws IOException {
        // first, or they would come straight back into this consumer's buffer
        session.subscription().pause(session.keeperLane());
        int late = session.wire().giveBackLate(session.keeperLane());
        log.debug("{}: {} messages were held for a lease without renewal and are given back", where, late);
    }

    private Duty awaitDuty() {
        state.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                Duty next = duty(now);
                if (next != null) {
                    return next;
                }
                try {
                    state.awaitDuty(Math.min(LONGEST_SLEEP, untilDuty(now)));
                } catch (InterruptedException e) {
                    // a stranger's, since nobody of ours interrupts this thread: it goes on
                }
            }
        } finally {
            state.unlock();
        }
    }

    private Duty duty(long now) {
        if (state.isClosed()) {
            return Duty.STOP;
        }
        ConsumerSession session = life.session();
        if (session == null) {
            return trouble.pauseLeft() <= 0 ? Duty.CONNECT : null;
        }
        return session.epoch().isOver() ? Duty.LEAVE : duty(session, now);
    }

    private Duty duty(ConsumerSession session, long now) {
        ConsumerEpoch epoch = session.epoch();
        boolean subscribed = session.subscription().isActive();
        if (state.isReceiving() && !subscribed) {
            return Duty.SUBSCRIBE;
        }
        if (subscribed && !epoch.isProven() && now - epoch.since() >= ConnectBackoff.PROVEN) {
            return Duty.PROVEN;
        }
        if (waitsInVain(session) && now - session.subscription().quietSince() >= QUIET) {
            return Duty.LOOK;
        }
        if (subscribed && (state.isReceiving() ? mayHaveMore(session) : now - state.receivedAt() >= linger)) {
            return Duty.PAUSE;
        }
        return epoch.unsettled().earliestLeaseEnd(now + 1) <= now ? Duty.END_LEASES : null;
    }

    /**
     * After a failure less was sent ahead; how much it is counts from a subscription on, and the next one follows at
     * once.
     */
    private boolean mayHaveMore(ConsumerSession session) {
        return session.subscription().prefetch() < trouble.prefetch();
    }

    /** Whether the owner waits while the server could send all that the prefetch allows. */
    private boolean waitsInVain(ConsumerSession session) {
        return state.isReceiving()
                && session.subscription().isActive()
                && session.epoch().unsettled().isEmpty();
    }

    private long untilDuty(long now) {
        ConsumerSession session = life.session();
        if (session == null) {
            return trouble.pauseLeft();
        }
        Subscription subscription = session.subscription();
        long quiet = waitsInVain(session) ? subscription.quietSince() + QUIET - now : QUIET;
        long idle = subscription.isActive() ? Math.min(linger, quiet) : Long.MAX_VALUE / 2;
        return Math.min(idle, session.epoch().unsettled().earliestLeaseEnd(now + idle) - now);
    }
}
