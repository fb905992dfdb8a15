package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.QueueException;
import java.util.concurrent.TimeUnit;

/**
 * The life of a consumer's connection: makes it, tells of its loss, makes another one after a pause, and ends it. What
 * is received and settled on it is not its business. The keeper's thread calls it, but for what says otherwise; what it
 * knows is written with the lock.
 */
final class ConsumerLife {
    private static final int LONGEST_HEARTBEAT = 60;

    private final RabbitParts parts;
    private final RabbitSettings settings;
    private final Trouble trouble;
    private final ConsumerState state;
    private final long leaseNanos;
    private final OwnLinks links;
    private ConsumerSession session;
    private String failure;
    private int attempts;

    ConsumerLife(RabbitParts parts, Trouble trouble, ConsumerState state, long leaseNanos) {
        this.parts = parts;
        this.settings = parts.settings();
        this.trouble = trouble;
        this.state = state;
        this.leaseNanos = leaseNanos;
        this.links = new OwnLinks(parts);
    }

    /** The present one; null while there is none. For the keeper, and with the lock for any thread. */
    ConsumerSession session() {
        return session;
    }

    /** With the lock, for any thread. Why there is no connection, or no subscription; null if nothing failed. */
    String failure() {
        return failure;
    }

    /** With the lock, for any thread. It took too long, or the like. */
    void failure(String cause) {
        failure = cause;
    }

    /** With the lock, for any thread. How many connections could not be made or failed. */
    int attempts() {
        return attempts;
    }

    void connect() throws QueueException {
        parts.nodes().inTurn(this::isOpen, this::connectTo);
    }

    private boolean isOpen() {
        state.lock();
        try {
            return !state.isClosed();
        } finally {
            state.unlock();
        }
    }

    private void connectTo(RabbitSettings node) throws QueueException {
        AmqpLink link = links.make(node);
        Lane lane = link.lane();
        lane.enter(node.timeout().toNanos());
        boolean connected = false;
        try {
            link.connectToReceive(heartbeatSeconds(), parts.threads());
            Channel channel = parts.declaration().declare(link, link.channel()).channel();
            connected(session(link, channel, lane));
            connected = true;
        } catch (ShutdownSignalException e) {
            throw link.failed("connecting", e);
        } finally {
            lane.leave();
            if (!connected) {
                links.drop(link);
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

    private ConsumerSession session(AmqpLink link, Channel channel, Lane forKeeper) {
        ConsumerEpoch epoch = new ConsumerEpoch(state, link);
        channel.addShutdownListener(cause -> epoch.end(link.endedBy(AmqpFailures.reason(cause))));
        Wire wire = new Wire(epoch, channel);
        Subscription subscription = new Subscription(settings, epoch, wire, channel);
        return new ConsumerSession(epoch, wire, subscription, forKeeper, link.lane());
    }

    /** Whatever failed before is told until the server let this consumer subscribe. */
    private void connected(ConsumerSession next) {
        state.lock();
        try {
            session = next;
            state.ringOwner();
        } finally {
            state.unlock();
        }
    }

    /** The server let this consumer subscribe, unless the connection ended meanwhile. */
    void subscribed() {
        state.lock();
        try {
            failure = session.subscription().isActive() ? null : failure;
        } finally {
            state.unlock();
        }
    }

    /** It has lived for long enough. */
    void proven() {
        session.epoch().proven();
        trouble.over();
    }

    /** What was thrown by the present connection, or while one was made. */
    void failed(QueueException cause) {
        failed(cause.getMessage(), null);
    }

    /** What nobody expects, a full heap for example: nobody knows what was still done. */
    void failedUnforeseen(Throwable thrown) {
        // first, since nothing else may succeed without memory
        links.severNewest();
        failed(settings.where() + ": consuming failed in an unforeseen way: " + thrown, thrown);
    }

    private void failed(String cause, Throwable unforeseen) {
        ConsumerSession old;
        state.lock();
        try {
            old = session;
            session = null;
            failure = cause;
            attempts++;
        } finally {
            state.unlock();
        }
        if (old != null) {
            old.epoch().end(cause);
            drop(old.epoch().link());
        }
        trouble.away(cause, unforeseen);
        wakeOwner();
    }

    /** The session ended; the next attempt comes at once, but after a pause where the session was young. */
    void lost() {
        ConsumerEpoch old = session.epoch();
        drop(old.link());
        old.end(old.link().endedBy("nobody read it any more"));
        String cause = old.link() + ": the connection for consuming ended: " + old.over();
        state.lock();
        try {
            session = null;
            failure = cause;
        } finally {
            state.unlock();
        }
        trouble.ended(cause, System.nanoTime() - old.since());
        wakeOwner();
    }

    private void drop(AmqpLink link) {
        links.drop(link);
        parts.nodes().failed(link.node());
    }

    private void wakeOwner() {
        state.lock();
        try {
            state.ringOwner();
        } finally {
            state.unlock();
        }
    }

    /** The keeper's last act. */
    void end() {
        ConsumerSession last = session;
        if (last == null) {
            return;
        }
        last.epoch().end("closed");
        links.close(last.epoch().link());
    }

    /** Ends at once what was connected last, whatever it is blocked in. For any thread. */
    void sever() {
        links.severNewest();
    }
}
