package io.orderflow.queue.rabbit;

import io.orderflow.queue.Durability;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Publishes, and asks the server about the queue: the callers' side. Thread-safe.
 *
 * <ul>
 *   <li><b>B1</b> Callers never touch the socket: {@link PublisherThread} alone does, and a wait for it has a bound. A
 *       caller whose time is over takes its message back where it was not sent yet, hence REFUSED.
 *   <li><b>B2</b> State is guarded by the lock of {@link PublishLine}. Nothing is sent under it, and the client library
 *       is not called under it: its callbacks take it.
 *   <li><b>B3</b> Each message's result is set by the first of: its confirm, its nack, the loss of its channel, its
 *       caller's patience.
 *   <li><b>B4</b> A connection is an epoch ({@link PublishEpoch}), which {@link PublisherLife} makes and ends. No
 *       number of its channels survives its loss.
 *   <li><b>B5</b> Asking means declaring the queue anew: this makes it where it is missing, and the server compares
 *       every argument, so that the answer proves what stands there.
 * </ul>
 */
final class RabbitPublisher {
    private final RabbitSettings settings;
    private final QueueDeclaration declaration;
    private final PublishLine line = new PublishLine();
    private final Verification verification = new Verification();
    private final PublisherLife life;
    private final PublisherThread thread;

    RabbitPublisher(RabbitParts parts) {
        this.settings = parts.settings();
        this.declaration = parts.declaration();
        this.life = new PublisherLife(parts, line, verification);
        this.thread = new PublisherThread(parts, line, verification, life);
    }

    PublishResult publish(byte[] body, Duration timeout) throws InterruptedException {
        Message message = new Message(body);
        line.lock();
        try {
            String refusal = life.refusal();
            if (refusal != null) {
                return PublishResult.refused(refusal);
            }
            thread.start();
            line.add(message);
        } finally {
            line.unlock();
        }
        return await(message, timeout);
    }

    private PublishResult await(Message message, Duration timeout) throws InterruptedException {
        try {
            return message.result().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(message, "within " + timeout);
            return message.result().join();
        } catch (InterruptedException e) {
            giveUp(message, "before its caller was interrupted");
            throw e;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** With the lock. Why there is no connection, if one was tried or lost. */
    private String notConnected() {
        QueueException failure = life.failure();
        return failure == null ? "not connected yet" : "not connected; last " + failure.getMessage();
    }

    /** Takes back what was not sent; nobody knows about the rest. */
    private void giveUp(Message message, String when) {
        boolean unsent;
        String state;
        line.lock();
        try {
            unsent = line.remove(message);
            if (!unsent) {
                // a node that says nothing may be frozen: asking it tells, before its heartbeats are missed
                verification.want();
                line.ring();
            }
            PublishEpoch now = life.epoch();
            state = now == null ? notConnected() : now.confirms().size() + " messages wait for their confirm";
        } finally {
            line.unlock();
        }
        if (unsent) {
            message.refused(settings.where() + ": not sent " + when + ", " + state);
        } else {
            message.unknown(settings.where() + ": no confirm " + when + ", " + state);
        }
    }

    /**
     * Asks for the number of ready messages; proves that the queue stands there as it must.
     *
     * @throws QueueException if the server cannot be asked
     */
    long ask(Duration bound) throws QueueException {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        line.lock();
        try {
            String refusal = life.refusal();
            if (refusal != null) {
                throw new QueueException(refusal, life.failure());
            }
            thread.start();
            line.add(answer);
        } finally {
            line.unlock();
        }
        return await(answer, bound);
    }

    private long await(CompletableFuture<Long> answer, Duration bound) throws QueueException {
        try {
            return answer.get(TimeUnit.NANOSECONDS.convert(bound), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new QueueException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            forget(answer);
            throw new QueueException(settings.where() + ": no answer within " + bound, e);
        } catch (InterruptedException e) {
            forget(answer);
            Thread.currentThread().interrupt();
            throw new QueueException(settings.where() + ": interrupted while waiting for an answer", e);
        }
    }

    private void forget(CompletableFuture<Long> answer) {
        line.lock();
        try {
            line.remove(answer);
        } finally {
            line.unlock();
        }
    }

    /** What the server calls itself; empty when it cannot be asked. */
    Optional<String> server(Duration bound) {
        try {
            ask(bound);
        } catch (QueueException e) {
            return Optional.empty();
        }
        PublishEpoch now = life.current();
        return now == null ? Optional.empty() : Optional.of(now.link().server());
    }

    /** What the last declaration proved, if it is no older than a minute. */
    Durability durability(Duration bound) {
        if (!isVerified()) {
            try {
                ask(bound);
            } catch (QueueException e) {
                return new Durability(Durability.Level.UNKNOWN, e.getMessage());
            }
        }
        if (declaration.isYoung()) {
            return new Durability(
                    Durability.Level.WEAK,
                    settings.where()
                            + " was made just now; a server that is killed may forget a queue of some seconds");
        }
        return new Durability(
                Durability.Level.DURABLE,
                settings.where()
                        + " is a quorum queue: a confirmed message is on the disks of most of its members, whose number"
                        + " AMQP does not tell");
    }

    private boolean isVerified() {
        line.lock();
        try {
            PublishEpoch now = life.epoch();
            return !line.isClosed() && now != null && !now.isOver() && verification.isFresh();
        } finally {
            line.unlock();
        }
    }

    /** Makes everybody who waits return; the thread ends. */
    void close() {
        line.lock();
        try {
            line.close(settings.where() + " is closed");
        } finally {
            line.unlock();
        }
        thread.stop();
    }

    /** Waits for the thread's end; severs its connection when that takes too long. */
    void awaitEnd(Duration bound) throws InterruptedException {
        PublishEpoch last = life.current();
        if (last != null) {
            last.confirms().lost(settings.where() + " was closed before the confirm came");
        }
        thread.awaitEnd(bound);
    }
}
