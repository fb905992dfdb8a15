package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.internal.loop.Bell;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer with a connection and a thread of its own. RabbitMQ knows no lease: what a connection holds it holds until
 * it settles it or ends. So the lease is kept here.
 *
 * <ul>
 *   <li><b>C1</b> The owner's thread receives, acks, releases and renews. The keeper's thread connects, subscribes,
 *       pauses, and gives back what was held for a lease without renewal.
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
 *   <li><b>C7</b> State is guarded by {@code lock}; {@link ConsumerEpoch} says the rest.
 * </ul>
 */
final class RabbitConsumer implements QueueConsumer {
    private static final Logger log = LoggerFactory.getLogger(RabbitConsumer.class);

    /** A new subscription's first message may take this long. */
    private static final long FIRST_LOOK = TimeUnit.MILLISECONDS.toNanos(50);
    /** When nothing came for this long, the server is asked whether something should have. */
    private static final long QUIET = TimeUnit.SECONDS.toNanos(2);
    /** Beyond its wait a receive gives a connection this long to come up. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(700);

    /** As good as endless, and what is added to it still fits. */
    private static final long LONGEST_WAIT = TimeUnit.DAYS.toNanos(1);

    /** A wake-up may get lost with a reader that ran out of memory. */
    private static final long LONGEST_SLEEP = TimeUnit.SECONDS.toNanos(1);

    private static final int LONGEST_HEARTBEAT = 60;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Settings settings;
    private final IoThreads threads;
    private final Watch watch;
    private final QueueDeclaration declaration;
    private final Consumer<RabbitConsumer> ended;
    private final long leaseNanos;
    private final long linger;
    private final Loop keeper;
    private final Trouble trouble;
    private final ReentrantLock lock = new ReentrantLock();
    private final Bell arrived = new Bell(lock);
    private final Bell duty = new Bell(lock);
    private volatile AmqpLink newest;
    private Lane ownerLane;
    private Lane keeperLane;
    private ConsumerEpoch session;
    private String failure;
    private int attempts;
    private boolean receiving;
    private long receivedAt;
    private boolean ownerClosed;
    private boolean queueClosed;

    /**
     * Opens nothing yet.
     *
     * @param ended told when the consumer is closed
     */
    RabbitConsumer(
            Settings settings,
            IoThreads threads,
            Watch watch,
            QueueDeclaration declaration,
            Trouble trouble,
            Duration lease,
            int number,
            Consumer<RabbitConsumer> ended) {
        this.settings = settings;
        this.threads = threads;
        this.watch = watch;
        this.declaration = declaration;
        this.trouble = trouble;
        this.ended = ended;
        this.leaseNanos = lease.toNanos();
        this.linger = leaseNanos / 2;
        this.keeper = new Loop(threads.name("consumer-" + number), new Waiter(), this::keep, this::leave);
    }

    /** Connects, or says why not. */
    void open() throws QueueException {
        String pause = trouble.pause();
        if (pause != null) {
            throw new QueueException(pause + "; tried again in "
                    + TimeUnit.NANOSECONDS.toMillis(Math.max(0, trouble.pauseLeft())) + " ms");
        }
        keeper.start();
        lock.lock();
        try {
            long deadline = System.nanoTime() + settings.timeout().toNanos();
            while (session == null && failure == null && !queueClosed) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    failure = settings.where() + ": no connection within " + settings.timeout();
                } else {
                    arrived.await(left);
                }
            }
            if (session == null) {
                throw new QueueException(queueClosed ? settings.where() + " is closed" : failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueException(settings.where() + ": interrupted while connecting", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
        QueueChecks.requireReceivable(max, wait);
        lock.lockInterruptibly();
        try {
            requireUsable();
            receiving = true;
            awaitMessage(System.nanoTime(), Math.min(LONGEST_WAIT, TimeUnit.NANOSECONDS.convert(wait)));
            return take(max);
        } finally {
            receiving = false;
            receivedAt = System.nanoTime();
            lock.unlock();
        }
    }

    /** Returns with a message in the buffer, or at the end of the wait. */
    private void awaitMessage(long start, long wait) throws QueueException, InterruptedException {
        int attemptsBefore = attempts;
        while (session == null || session.buffer().isEmpty()) {
            requireUsable();
            long waited = System.nanoTime() - start;
            boolean subscribed = session != null && session.isSubscribed();
            long left = wait - waited;
            if (subscribed) {
                left = Math.max(left, session.subscribedAt() + FIRST_LOOK - System.nanoTime());
            } else {
                duty.ringAll();
                left = attempts == attemptsBefore || session != null ? left + GRACE : left;
            }
            if (left <= 0) {
                requireSubscribed(subscribed);
                return;
            }
            arrived.await(left);
        }
    }

    private void requireSubscribed(boolean subscribed) throws QueueException {
        if (!subscribed) {
            throw new QueueException(failure == null ? settings.where() + ": not connected yet" : failure);
        }
    }

    private List<Delivery> take(int max) {
        List<Delivery> taken = new ArrayList<>(Math.min(max, session.buffer().size()));
        long leaseEnd = System.nanoTime() + leaseNanos;
        while (taken.size() < max && !session.buffer().isEmpty()) {
            RabbitDelivery delivery = session.buffer().removeFirst();
            delivery.hold(leaseEnd);
            taken.add(delivery);
        }
        return taken;
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
            throw broken(settlement.session, what + " " + deliveries.size() + " messages", e);
        } catch (RuntimeException | Error e) {
            // what left the books may not have reached the server: a later ack of many must not ack it
            settlement.session.breakOff();
            throw e;
        }
    }

    /** Those of the owner's deliveries that are held now, with where to settle them. */
    private record Settlement(ConsumerEpoch session, Lane lane, List<RabbitDelivery> held) {
        private void ack() throws IOException {
            session.ack(held, lane);
        }

        private void release() throws IOException {
            // otherwise they would come straight back into this consumer's buffer
            session.pause(lane);
            session.giveBack(held, lane);
        }
    }

    private Settlement settlement(List<Delivery> deliveries) throws QueueException {
        List<RabbitDelivery> own =
                QueueChecks.requireOwn(deliveries, RabbitDelivery.class, one -> one.consumer() == this);
        lock.lock();
        try {
            requireUsable();
            ConsumerEpoch now = session;
            List<RabbitDelivery> held = own.stream()
                    .filter(each -> now != null && now.isUnsettled(each))
                    .toList();
            return new Settlement(now, ownerLane, held);
        } finally {
            lock.unlock();
        }
    }

    private QueueException broken(ConsumerEpoch used, String attempt, Exception cause) {
        QueueException failed = AmqpFailures.failed(settings, attempt, cause);
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
        if (!isAlive(settlement)) {
            return List.of();
        }
        lock.lock();
        try {
            requireUsable();
            List<Delivery> held = new ArrayList<>(settlement.held.size());
            for (RabbitDelivery each : settlement.held) {
                if (session == settlement.session && session.isUnsettled(each)) {
                    each.hold(asked + leaseNanos);
                    held.add(each);
                }
            }
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the server still knows the channel; if not, what it held is lost for certain. */
    private boolean isAlive(Settlement settlement) throws QueueException {
        long bound = Math.min(settings.timeout().toNanos(), leaseNanos / 2);
        try {
            settlement.session.ask(settlement.lane, bound);
            return true;
        } catch (TimeoutException e) {
            throw broken(settlement.session, "renewing leases", e);
        } catch (IOException | ShutdownSignalException e) {
            settlement.session.end(AmqpFailures.reason(e));
            return false;
        }
    }

    private void requireUsable() throws QueueException {
        if (queueClosed) {
            throw new QueueException(settings.where() + " is closed");
        }
        if (ownerClosed) {
            throw new IllegalStateException("consumer is closed");
        }
    }

    /** True while the owner is in receive. To be called under the lock. */
    boolean isReceiving() {
        return receiving;
    }

    /** How many messages this consumer has, received or not. */
    long holds() {
        lock.lock();
        try {
            return session == null ? 0 : session.unsettled().size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (ownerClosed) {
                return;
            }
            ownerClosed = true;
            duty.ringAll();
        } finally {
            lock.unlock();
        }
        keeper.stop();
        ended.accept(this);
        awaitEnd(CLOSE);
    }

    /** The queue closes: waiting calls return, the thread ends. */
    void queueClosed() {
        lock.lock();
        try {
            queueClosed = true;
            arrived.ringAll();
            duty.ringAll();
        } finally {
            lock.unlock();
        }
        keeper.stop();
    }

    /** Waits for the thread's end; severs its connection when that takes too long. */
    void awaitEnd(Duration bound) {
        try {
            if (!keeper.join(bound)) {
                severNewest();
                keeper.join(bound);
            }
        } catch (InterruptedException e) {
            severNewest();
            Thread.currentThread().interrupt();
        }
    }

    private void severNewest() {
        AmqpLink link = newest;
        if (link != null) {
            link.sever();
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
            failed(e.getMessage(), null);
        } catch (IOException | ShutdownSignalException e) {
            session.end(AmqpFailures.reason(e));
        } catch (RuntimeException | Error e) {
            AmqpLink link = newest;
            if (link != null) {
                // first, since nothing else may succeed without memory
                link.sever();
            }
            failed(settings.where() + ": consuming failed in an unforeseen way: " + e, e);
        }
        return 0;
    }

    private void perform(Duty duty) throws QueueException, IOException {
        switch (duty) {
            case CONNECT -> connect();
            case LEAVE -> lost();
            case SUBSCRIBE -> subscribe();
            case LOOK -> session.look(keeperLane);
            case PROVEN -> proven();
            case PAUSE -> session.pause(keeperLane);
            case END_LEASES -> endLeases();
            case STOP -> throw new IllegalStateException("the keeper stopped");
        }
    }

    private Duty awaitDuty() {
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                Duty next = duty(now);
                if (next != null) {
                    return next;
                }
                try {
                    duty.await(Math.min(LONGEST_SLEEP, untilDuty(now)));
                } catch (InterruptedException e) {
                    // a stranger's, since nobody of ours interrupts this thread: it goes on
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Duty duty(long now) {
        if (ownerClosed || queueClosed) {
            return Duty.STOP;
        }
        if (session == null) {
            return trouble.pauseLeft() <= 0 ? Duty.CONNECT : null;
        }
        if (session.isOver()) {
            return Duty.LEAVE;
        }
        if (receiving && !session.isSubscribed()) {
            return Duty.SUBSCRIBE;
        }
        if (session.isSubscribed() && !session.isProven() && now - session.since() >= ConnectBackoff.PROVEN) {
            return Duty.PROVEN;
        }
        if (waitsInVain() && now - session.quietSince() >= QUIET) {
            return Duty.LOOK;
        }
        if (session.isSubscribed() && (receiving ? mayHaveMore() : now - receivedAt >= linger)) {
            return Duty.PAUSE;
        }
        return earliestLeaseEnd(now + 1) <= now ? Duty.END_LEASES : null;
    }

    /**
     * After a failure less was sent ahead; how much it is counts from a subscription on, and the next one follows at
     * once.
     */
    private boolean mayHaveMore() {
        return session.prefetch() < trouble.prefetch();
    }

    /** Whether the owner waits while the server could send all that the prefetch allows. */
    private boolean waitsInVain() {
        return receiving && session.isSubscribed() && session.unsettled().isEmpty();
    }

    private long untilDuty(long now) {
        if (session == null) {
            return trouble.pauseLeft();
        }
        long quiet = waitsInVain() ? session.quietSince() + QUIET - now : QUIET;
        long idle = session.isSubscribed() ? Math.min(linger, quiet) : Long.MAX_VALUE / 2;
        return Math.min(idle, earliestLeaseEnd(now + idle) - now);
    }

    private long earliestLeaseEnd(long otherwise) {
        long earliest = otherwise;
        for (RabbitDelivery each : session.unsettled()) {
            if (each.isReceived() && each.leaseEnd() - earliest < 0) {
                earliest = each.leaseEnd();
            }
        }
        return earliest;
    }

    private void connect() throws QueueException {
        AmqpLink link = new AmqpLink(settings);
        newest = link;
        watch.add(link);
        Lane lane = link.lane();
        lane.enter();
        boolean connected = false;
        try {
            link.connectToReceive(heartbeatSeconds(), threads);
            Channel channel = declaration.declare(link, link.channel()).channel();
            connected(new ConsumerEpoch(this, settings, link, channel, lock, arrived, duty), lane, link.lane());
            connected = true;
        } catch (ShutdownSignalException e) {
            throw AmqpFailures.failed(settings, "connecting", e);
        } finally {
            lane.leave();
            if (!connected) {
                drop(link);
            }
        }
    }

    /**
     * The server ends a connection when nothing came for two to three heartbeats: not before the lease, and about
     * within another.
     */
    private int heartbeatSeconds() {
        long halfLease = -Math.floorDiv(-leaseNanos, TimeUnit.SECONDS.toNanos(2));
        return (int) Math.min(LONGEST_HEARTBEAT, halfLease);
    }

    /** Whatever failed before is told until the server let this consumer subscribe. */
    private void connected(ConsumerEpoch next, Lane forKeeper, Lane forOwner) {
        lock.lock();
        try {
            session = next;
            keeperLane = forKeeper;
            ownerLane = forOwner;
            arrived.ringAll();
        } finally {
            lock.unlock();
        }
    }

    private void subscribe() throws IOException {
        session.subscribe(keeperLane, trouble.prefetch());
        lock.lock();
        try {
            failure = session.isSubscribed() ? null : failure;
        } finally {
            lock.unlock();
        }
    }

    private void proven() {
        session.proven();
        trouble.over();
    }

    private void drop(AmqpLink link) {
        link.sever();
        watch.remove(link);
    }

    private void failed(String cause, Throwable unforeseen) {
        ConsumerEpoch old;
        lock.lock();
        try {
            old = session;
            session = null;
            failure = cause;
            attempts++;
        } finally {
            lock.unlock();
        }
        if (old != null) {
            old.end(cause);
            drop(old.link());
        }
        trouble.away(cause, unforeseen);
        wakeOwner();
    }

    /** The session ended; the next attempt comes at once, but after a pause where the session was young. */
    private void lost() {
        ConsumerEpoch old = session;
        drop(old.link());
        old.end(old.link().endedBy("nobody read it any more"));
        String cause = settings.where() + ": the connection for consuming ended: " + old.over();
        lock.lock();
        try {
            session = null;
            failure = cause;
        } finally {
            lock.unlock();
        }
        trouble.ended(cause, System.nanoTime() - old.since());
        wakeOwner();
    }

    private void wakeOwner() {
        lock.lock();
        try {
            arrived.ringAll();
        } finally {
            lock.unlock();
        }
    }

    private void endLeases() throws IOException {
        // first, or they would come straight back into this consumer's buffer
        session.pause(keeperLane);
        int late = session.giveBackLate(keeperLane);
        log.debug("{}: {} messages were held for a lease without renewal and are given back", settings.where(), late);
    }

    private void leave() {
        ConsumerEpoch last = session;
        if (last == null) {
            return;
        }
        last.end("closed");
        last.link().close(1_000);
        watch.remove(last.link());
    }
}
