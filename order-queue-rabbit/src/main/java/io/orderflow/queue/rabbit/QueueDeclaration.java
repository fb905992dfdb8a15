package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.QueueException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The queue as it must be. Declaring it makes it where it is missing, and otherwise makes the server compare each
 * argument, so that an answer proves what stands there. Thread-safe.
 *
 * <p>A server shows a quorum queue to others before its process runs, and then takes no message and no subscription. So
 * while one connection makes the queue, the others wait for it. That is the only time in which one waits for another.
 */
final class QueueDeclaration {
    /**
     * A limit is set because RabbitMQ 4 has one of 20 by default, and a message above it is deleted; it is this high
     * because crashes of workers count too. No limit at all (-1) made 3.10 delete everything at the first one.
     */
    static final int DELIVERY_LIMIT = 1_000_000;

    static final Map<String, Object> ARGUMENTS =
            Map.of("x-queue-type", "quorum", "x-delivery-limit", DELIVERY_LIMIT, "x-overflow", "reject-publish");

    /**
     * RabbitMQ writes down that a quorum queue exists about 3 s after making it; killed before, it forgets the queue's
     * messages, confirmed or not.
     */
    private static final long YOUNG = TimeUnit.SECONDS.toNanos(10);

    /**
     * RabbitMQ says that a quorum queue is gone before its consumers were told and its process has ended. Made again at
     * once, it may send nothing to those who subscribe.
     */
    private static final long GONE = TimeUnit.SECONDS.toNanos(1);

    private final RabbitSettings settings;
    /** Done when the one that makes the queue has ended; null while nobody makes it. */
    private final AtomicReference<CompletableFuture<Void>> making = new AtomicReference<>();

    // guarded by this
    private boolean stood;
    private long notMadeBefore = System.nanoTime();

    private volatile boolean made;
    private volatile long madeAt;

    QueueDeclaration(RabbitSettings settings) {
        this.settings = settings;
    }

    /**
     * The queue stands there.
     *
     * @param channel the channel to go on with: the given one, or a new one where the server closed that
     * @param ready how many messages are ready
     */
    record Standing(Channel channel, long ready) {}

    /**
     * Declares the queue. One that stood and was deleted is made again when it has been gone for a second, so a caller
     * that is refused here tries again.
     *
     * @throws QueueException if the server refused or did not answer, or the queue was deleted just now; the channel is
     *     of no use then
     */
    Standing declare(AmqpLink link, Channel channel) throws QueueException {
        try {
            if (stands(link, channel)) {
                return compare(channel);
            }
            requireGone(link);
            return make(link);
        } catch (IOException | ShutdownSignalException e) {
            if (AmqpFailures.replyCode(e).orElse(0) == AMQP.PRECONDITION_FAILED) {
                throw otherSettings(link, e);
            }
            throw link.failed("declaring it", e);
        }
    }

    /** Whether it is there, and was not seen while another one makes it. */
    private boolean stands(AmqpLink link, Channel channel) throws IOException, QueueException {
        while (exists(channel)) {
            CompletableFuture<Void> other = making.get();
            if (other == null) {
                return true;
            }
            await(other, link);
        }
        return false;
    }

    private static void await(CompletableFuture<Void> other, AmqpLink link) throws QueueException {
        try {
            other.get(link.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new QueueException(link + ": another connection did not end making it in time", e);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueException(link + ": interrupted while another connection makes it", e);
        }
    }

    private boolean exists(Channel channel) throws IOException {
        try {
            channel.queueDeclarePassive(settings.queue());
            return true;
        } catch (IOException e) {
            if (AmqpFailures.replyCode(e).orElse(0) == AMQP.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private Standing compare(Channel channel) throws IOException {
        AMQP.Queue.DeclareOk answer = channel.queueDeclare(settings.queue(), true, false, false, ARGUMENTS);
        stood();
        return new Standing(channel, answer.getMessageCount());
    }

    private synchronized void stood() {
        stood = true;
    }

    private synchronized void requireGone(AmqpLink link) throws QueueException {
        long now = System.nanoTime();
        if (stood) {
            stood = false;
            notMadeBefore = now + GONE;
        }
        if (now - notMadeBefore < 0) {
            throw new QueueException(link + " was deleted; it is made again after a second");
        }
    }

    private Standing make(AmqpLink link) throws IOException, QueueException {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = making.compareAndExchange(null, mine);
        while (other != null) {
            await(other, link);
            other = making.compareAndExchange(null, mine);
        }
        try {
            Standing standing = compare(link.channel());
            madeAt = System.nanoTime();
            made = true;
            return standing;
        } finally {
            making.set(null);
            mine.complete(null);
        }
    }

    /**
     * True while a kill of the server could make it forget the queue, as far as this object knows: it made it just now.
     */
    boolean isYoung() {
        return made && System.nanoTime() - madeAt < YOUNG;
    }

    private QueueException otherSettings(AmqpLink link, Exception cause) {
        return new QueueException(
                link + " exists with other settings than durable and " + ARGUMENTS + ": "
                        + AmqpFailures.reason(cause)
                        + ". Nothing is sent there. Name another queue, or delete this one once it is empty.",
                cause);
    }
}
