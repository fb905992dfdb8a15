package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.QueueException;
import java.io.IOException;

/**
 * One connection of the {@link RabbitPublisher}, with a channel to publish on and one to ask on: what the server
 * refuses to answer there ends that channel, and no confirm with it. Used by the publisher's thread, but for
 * {@link #confirms}, {@link #isOver} and {@link #blocked}.
 */
final class PublishEpoch {
    private static final int HEARTBEAT_SECONDS = 10;
    private static final int PERSISTENT = 2;

    private final RabbitSettings settings;
    private final QueueDeclaration declaration;
    private final AmqpLink link;
    private final Lane lane;
    private Channel publishing;
    private Channel asking;
    private Confirms confirms;
    private final long since = System.nanoTime();
    private volatile boolean over;
    private volatile String blocked;

    PublishEpoch(RabbitSettings settings, QueueDeclaration declaration, AmqpLink link) {
        this.settings = settings;
        this.declaration = declaration;
        this.link = link;
        this.lane = link.lane();
    }

    /**
     * Connects and declares the queue.
     *
     * @param settled called after confirms made room
     * @param queueMissing called when the server found no queue for a message
     * @return how many messages are ready
     */
    long open(
            IoThreads threads, Runnable settled, Runnable queueMissing, ShutdownListener lost, BlockedListener blocking)
            throws QueueException {
        lane.enter(settings.timeout().toNanos());
        try {
            Connection connection = link.connect("publish", HEARTBEAT_SECONDS, threads);
            publishing = link.channel();
            confirms = new Confirms(publishing, settled, queueMissing);
            asking = link.channel();
            long ready = declareNow();
            publishing.addShutdownListener(lost);
            connection.addBlockedListener(blocking);
            return ready;
        } catch (IOException | ShutdownSignalException e) {
            throw link.failed("connecting", e);
        } finally {
            lane.leave();
        }
    }

    AmqpLink link() {
        return link;
    }

    Confirms confirms() {
        return confirms;
    }

    boolean isOver() {
        return over || link.isSevered();
    }

    /** True when it has lived for long enough to say that it works, or worked. */
    boolean isProven() {
        return System.nanoTime() - since >= ConnectBackoff.PROVEN;
    }

    /** Why the server takes nothing on this connection now; null if it does. */
    String blocked() {
        return blocked;
    }

    /** The server's alarm, null at its end. It belongs to this connection: another one hears of it anew. */
    void block(String reason) {
        blocked = reason;
    }

    /** Nothing more is sent on it. */
    void end() {
        over = true;
    }

    /** Declares the queue; returns how many messages are ready. */
    long declare() throws QueueException {
        lane.enter();
        try {
            return declareNow();
        } finally {
            lane.leave();
        }
    }

    private long declareNow() throws QueueException {
        QueueDeclaration.Standing standing = declaration.declare(link, asking);
        asking = standing.channel();
        return standing.ready();
    }

    void send(Message message) {
        long number = publishing.getNextPublishSeqNo();
        BasicProperties properties = new BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .messageId(Long.toString(number))
                .build();
        confirms.add(number, message);
        lane.enter();
        try {
            publishing.basicPublish("", settings.queue(), true, properties, message.body());
        } catch (AlreadyClosedException e) {
            confirms.refuse(number, settings.where() + ": not sent: " + AmqpFailures.reason(e));
            end();
        } catch (IOException | ShutdownSignalException e) {
            message.unknown(settings.where() + ": sending failed: " + AmqpFailures.reason(e));
            end();
        } finally {
            lane.leave();
        }
    }
}
