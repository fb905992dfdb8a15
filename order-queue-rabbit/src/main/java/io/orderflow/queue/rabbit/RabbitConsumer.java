package io.orderflow.queue.rabbit;

import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueChecks;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A consumer with a connection and a thread of its own. RabbitMQ knows no lease: what a connection holds it holds until
 * it settles it or ends. So the lease is kept here.
 *
 * <ul>
 *   <li><b>C1</b> The owner's thread receives, acks, releases and renews; this is its side. The thread of
 *       {@link ConsumerKeeper} connects, subscribes, pauses, and gives back what was held for a lease without renewal.
 *   <li><b>C2</b> What the server sent ahead and nobody received is held too. When the owner has not come back for half
 *       a lease ({@code linger}), or let a lease run out, the keeper ends the subscription and gives it back, so that
 *       it waits for nobody who may be dead; the next receive subscribes again. Not sooner: the server counts it as a
 *       delivery.
 *   <li><b>C3</b> A process that is frozen keeps nothing: it misses its heartbeats, which are as far apart as the lease
 *       says, and the server ends the connection.
 *   <li><b>C4</b> A subscription can die without a word. While the owner waits and nothing comes, the keeper asks the
 *       server now and then whether messages wait, and connects anew when they do and none is sent.
 *   <li><b>C5</b> What the owner is told that it holds, the server has just confirmed: {@code renew} asks on the
 *       channel, since a process that was frozen, or a network that swallows, lets this side know late that its
 *       connection is over.
 *   <li><b>C6</b> Whatever is thrown, the keeper goes on; what was thrown while the books were written ends the
 *       connection.
 *   <li><b>C7</b> State is guarded by the lock of {@link ConsumerState}; {@link ConsumerEpoch} says the rest.
 * </ul>
 */
final class RabbitConsumer implements QueueConsumer {
    /** A new subscription's first message may take this long. */
    private static final long FIRST_LOOK = TimeUnit.MILLISECONDS.toNanos(50);
    /** Beyond its wait a receive gives a connection this long to come up. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(700);

    /** As good as endless, and what is added to it still fits. */
    private static final long LONGEST_WAIT = TimeUnit.DAYS.toNanos(1);

    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final RabbitSettings settings;
    private final Trouble trouble;
    private final ConsumerState state;
    private final ConsumerLife life;
    private final ConsumerKeeper keeper;
    private final Consumer<RabbitConsumer> ended;
    private final long leaseNanos;

    /**
     * Opens nothing yet.
     *
     * @param ended told when the consumer is closed
     */
    RabbitConsumer(RabbitParts parts, Trouble trouble, Duration lease, int number, Consumer<RabbitConsumer> ended) {
        this.settings = parts.settings();
        this.trouble = trouble;
        this.ended = ended;
        this.leaseNanos = lease.toNanos();
        this.state = new ConsumerState(settings);
        this.life = new ConsumerLife(parts, trouble, state, leaseNanos);
        String thread = parts.threads().name("consumer-" + number);
        this.keeper = new ConsumerKeeper(trouble, state, life, leaseNanos / 2, thread);
    }

    /** Connects, or says why not. */
    void open() throws QueueException {
        String pause = trouble.pause();
        if (pause != null) {
            throw new QueueException(pause + "; tried again in "
                    + TimeUnit.NANOSECONDS.toMillis(Math.max(0, trouble.pauseLeft())) + " ms");
        }
        keeper.start();
        state.lock();
        try {
            awaitConnection();
            if (life.session() == null) {
                throw new QueueException(state.isQueueClosed() ? settings.where() + " is closed" : life.failure());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueException(settings.where() + ": interrupted while connecting", e);
        } finally {
            state.unlock();
        }
    }

    private void awaitConnection() throws InterruptedException {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        while (life.session() == null && life.failure() == null && !state.isQueueClosed()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                life.failure(settings.where() + ": no connection within " + settings.timeout());
            } else {
                state.awaitArrival(left);
            }
        }
    }

    @Override
    public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
        QueueChecks.requireReceivable(max, wait);
        state.lockInterruptibly();
        try {
            state.requireUsable();
            state.beginReceive();
            awaitMessage(System.nanoTime(), Math.min(LONGEST_WAIT, TimeUnit.NANOSECONDS.convert(wait)));
            return life.session().epoch().unsettled().receive(max, leaseNanos);
        } finally {
            state.endReceive();
            state.unlock();
        }
    }

    /** Returns with a message in the buffer, or at the end of the wait. */
    private void awaitMessage(long start, long wait) throws QueueException, InterruptedException {
        int attemptsBefore = life.attempts();
        while (!hasArrivals(life.session())) {
            state.requireUsable();
            ConsumerSession session = life.session();
            long left = wait - (System.nanoTime() - start);
            boolean subscribed = session != null && session.subscription().isActive();
            if (subscribed) {
                left = Math.max(left, session.subscription().subscribedAt() + FIRST_LOOK - System.nanoTime());
            } else {
                state.ringKeeper();
                left = life.attempts() == attemptsBefore || session != null ? left + GRACE : left;
            }
            if (left <= 0) {
                requireSubscribed(subscribed);
                return;
            }
            state.awaitArrival(left);
        }
    }

    private static boolean hasArrivals(ConsumerSession session) {
        return session != null && session.epoch().unsettled().hasArrivals();
    }

    private void requireSubscribed(boolean subscribed) throws QueueException {
        if (!subscribed) {
            String failure = life.failure();
            throw new QueueException(failure == null ? settings.where() + ": not connected yet" : failure);
        }
    }

    @Override
    public void ack(List<Delivery> deliveries) throws QueueException {
        settle(deliveries, "acking", Settlement::ack);
    }

    @Override
    public void release(List<Delivery> deliveries) throws QueueException {
        settle(deliveries, "releasing", Settlement::release);
    }

    /** Says something to the server about deliveries. */
    @FunctionalInterface
    private interface Settling {
        void run(Settlement settlement) throws IOException;
    }

    private void settle(List<Delivery> deliveries, String what, Settling settling) throws QueueException {
        Settlement settlement = settlement(deliveries);
        if (settlement.held.isEmpty()) {
            return;
        }
        try {
            settling.run(settlement);
        } catch (IOException | ShutdownSignalException e) {
            throw broken(settlement.session.epoch(), what + " " + deliveries.size() + " messages", e);
        } catch (RuntimeException | Error e) {
            // what left the books may not have reached the server: a later ack of many must not ack it
            settlement.session.epoch().breakOff();
            throw e;
        }
    }

    /** Those of the owner's deliveries that are held now, with where to settle them. */
    private record Settlement(ConsumerSession session, List<RabbitDelivery> held) {
        private void ack() throws IOException {
            session.wire().ack(held, session.ownerLane());
        }

        private void release() throws IOException {
            // otherwise they would come straight back into this consumer's buffer
            session.subscription().pause(session.ownerLane());
            session.wire().giveBack(held, session.ownerLane());
        }
    }

    private Settlement settlement(List<Delivery> deliveries) throws QueueException {
        List<RabbitDelivery> own = QueueChecks.requireOwn(
                deliveries, RabbitDelivery.class, one -> one.epoch().state() == state);
        state.lock();
        try {
            state.requireUsable();
            ConsumerSession now = life.session();
            List<RabbitDelivery> held = own.stream()
                    .filter(each -> now != null && now.epoch().isUnsettled(each))
                    .toList();
            return new Settlement(now, held);
        } finally {
            state.unlock();
        }
    }

    private QueueException broken(ConsumerEpoch used, String attempt, Exception cause) {
        QueueException failed = used.link().failed(attempt, cause);
        used.breakOff();
        used.end(failed.getMessage());
        return failed;
    }

    /** Takes up to half a lease, and up to the longest wait for an answer, where the server does not answer. */
    @Override
    public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
        long asked = System.nanoTime();
        Settlement settlement = settlement(deliveries);
        if (settlement.held.isEmpty()) {
            return List.of();
        }
        if (!isAlive(settlement.session)) {
            return List.of();
        }
        state.lock();
        try {
            state.requireUsable();
            return renewed(settlement, asked);
        } finally {
            state.unlock();
        }
    }

    private List<Delivery> renewed(Settlement settlement, long asked) {
        List<Delivery> held = new ArrayList<>(settlement.held.size());
        for (RabbitDelivery each : settlement.held) {
            if (life.session() == settlement.session
                    && settlement.session.epoch().isUnsettled(each)) {
                each.hold(asked + leaseNanos);
                held.add(each);
            }
        }
        return held;
    }

    /** Whether the server still knows the channel; if not, what it held is lost for certain. */
    private boolean isAlive(ConsumerSession session) throws QueueException {
        long bound = Math.min(settings.timeout().toNanos(), leaseNanos / 2);
        try {
            session.subscription().ask(session.ownerLane(), bound);
            return true;
        } catch (TimeoutException e) {
            throw broken(session.epoch(), "renewing leases", e);
        } catch (IOException | ShutdownSignalException e) {
            session.epoch().end(AmqpFailures.reason(e));
            return false;
        }
    }

    /** How many messages this consumer has, received or not. */
    long holds() {
        state.lock();
        try {
            ConsumerSession session = life.session();
            return session == null ? 0 : session.epoch().unsettled().size();
        } finally {
            state.unlock();
        }
    }

    @Override
    public void close() {
        state.lock();
        try {
            if (!state.closeByOwner()) {
                return;
            }
        } finally {
            state.unlock();
        }
        keeper.stop();
        ended.accept(this);
        awaitEnd(CLOSE);
    }

    /** The queue closes: waiting calls return, the thread ends. */
    void queueClosed() {
        state.lock();
        try {
            state.closeByQueue();
        } finally {
            state.unlock();
        }
        keeper.stop();
    }

    /** Waits for the thread's end; severs its connection when that takes too long. */
    void awaitEnd(Duration bound) {
        keeper.awaitEnd(bound);
    }
}
