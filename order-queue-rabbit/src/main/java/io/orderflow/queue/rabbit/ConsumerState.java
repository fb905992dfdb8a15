package io.orderflow.queue.rabbit;

import io.orderflow.internal.loop.Bell;
import io.orderflow.queue.QueueException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a consumer's owner, its keeper and its connection's reader tell each other: who waits, who came, who closed. Its
 * lock guards all that the consumer knows (C7), and is held by who calls anything else here.
 */
final class ConsumerState {
    private final String where;
    private final ReentrantLock lock = new ReentrantLock();
    private final Bell arrived = new Bell(lock);
    private final Bell duty = new Bell(lock);
    private boolean receiving;
    private long receivedAt;
    private boolean ownerClosed;
    private boolean queueClosed;

    ConsumerState(RabbitSettings settings) {
        this.where = settings.where();
    }

    /** The queue and its server, for messages. */
    String where() {
        return where;
    }

    void lock() {
        lock.lock();
    }

    void lockInterruptibly() throws InterruptedException {
        lock.lockInterruptibly();
    }

    void unlock() {
        lock.unlock();
    }

    /** The owner lets go of the lock and waits for a message, or for a change of the connection. */
    void awaitArrival(long nanos) throws InterruptedException {
        arrived.await(nanos);
    }

    /** One message came. */
    void ringOwnerOnce() {
        arrived.ring();
    }

    /** The connection changed. */
    void ringOwner() {
        arrived.ringAll();
    }

    /** The keeper lets go of the lock and waits for something to do. */
    void awaitDuty(long nanos) throws InterruptedException {
        duty.await(nanos);
    }

    void ringKeeper() {
        duty.ringAll();
    }

    void beginReceive() {
        receiving = true;
    }

    void endReceive() {
        receiving = false;
        receivedAt = System.nanoTime();
    }

    /** True while the owner is in receive. */
    boolean isReceiving() {
        return receiving;
    }

    /** When the owner was in receive last, by {@link System#nanoTime}. */
    long receivedAt() {
        return receivedAt;
    }

    /** The owner closes it; false if it had done so before. */
    boolean closeByOwner() {
        if (ownerClosed) {
            return false;
        }
        ownerClosed = true;
        ringKeeper();
        return true;
    }

    /** The queue closes: waiting calls return. */
    void closeByQueue() {
        queueClosed = true;
        ringOwner();
        ringKeeper();
    }

    boolean isQueueClosed() {
        return queueClosed;
    }

    boolean isClosed() {
        return ownerClosed || queueClosed;
    }

    void requireUsable() throws QueueException {
        if (queueClosed) {
            throw new QueueException(where + " is closed");
        }
        if (ownerClosed) {
            throw new IllegalStateException("consumer is closed");
        }
    }
}
