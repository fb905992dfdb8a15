package io.orderflow.queue.redis;

import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueException;
import java.io.IOException;
import java.time.Duration;

/** Publishes, and asks the server about the queue, on connections that are shared. Thread-safe. */
final class RedisPublisher {
    private final String name;
    private final RedisStream stream;
    private final Links links;
    private final Duration answerTimeout;
    private final DurabilityReader durability;

    RedisPublisher(String name, QueueParts parts, DurabilityReader durability) {
        this.name = name;
        this.stream = parts.stream();
        this.links = parts.links();
        this.answerTimeout = parts.answerTimeout();
        this.durability = durability;
    }

    PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout);
        try {
            return links.redirected(() -> publish(message, deadline));
        } catch (IOException e) {
            durability.forget();
            return PublishResult.refused(name + ": not sent: " + e.getMessage());
        } catch (ReplyException e) {
            String cause = name + ": " + e.getMessage();
            return e.isRefusal() ? PublishResult.refused(cause) : PublishResult.unknown(cause);
        }
    }

    /**
     * Sends it once.
     *
     * @throws IOException if it was not sent
     */
    private PublishResult publish(byte[] message, Deadline deadline)
            throws IOException, ReplyException, InterruptedException {
        RedisLink link = links.take(deadline);
        if (deadline.hasPassed()) {
            links.give(link);
            throw new IOException("no connection in time");
        }
        try {
            stream.add(link, message, deadline);
            return PublishResult.done();
        } catch (TooFewReplicasException e) {
            // it is gone if one takes over that does not have it
            durability.forget();
            return PublishResult.unknown(name + ": stored by the server, but " + e.getMessage());
        } catch (IOException e) {
            return PublishResult.unknown(name + ": sent, and not answered: " + e.getMessage());
        } finally {
            giveBack(link);
        }
    }

    private void giveBack(RedisLink link) {
        if (link.isDead()) {
            durability.forget();
        }
        links.give(link);
    }

    /**
     * Asks something.
     *
     * @param what what it is, for messages
     */
    <T> T ask(String what, RedisCall<T> question) throws QueueException {
        Deadline deadline = Deadline.in(answerTimeout);
        try {
            return links.redirected(() -> {
                RedisLink link = links.take(deadline);
                try {
                    return question.on(link, deadline);
                } finally {
                    giveBack(link);
                }
            });
        } catch (IOException | ReplyException e) {
            throw new QueueException(name + ": " + what + " failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueException(name + ": interrupted while " + what, e);
        }
    }
}
