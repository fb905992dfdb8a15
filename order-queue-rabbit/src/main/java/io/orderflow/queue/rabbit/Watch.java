package io.orderflow.queue.rabbit;

import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Severs links whose threads are stuck in the socket: a server that is frozen or swallowed by the network lets a write
 * wait for ever. Those that take too long to connect. And those that nobody reads any more, since their reader ran out
 * of memory. A thread of its own, which does nothing but look. Thread-safe.
 */
final class Watch {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(500);

    private final OutageLog told = new OutageLog(log);
    private final long boundNanos;
    private final Set<AmqpLink> links = ConcurrentHashMap.newKeySet();
    private final Loop loop;
    private boolean started;
    private boolean stopped;

    Watch(Duration bound, IoThreads threads) {
        this.boundNanos = bound.toNanos();
        this.loop = new Loop(threads.name("watch"), new Waiter(), this::look);
    }

    /** From now on this link is looked after. */
    synchronized void add(AmqpLink link) {
        if (!started && !stopped) {
            // a machine without room for another thread refuses this: the next link tries again, and this one is not
            // kept
            loop.start();
            started = true;
        }
        links.add(link);
    }

    void remove(AmqpLink link) {
        links.remove(link);
    }

    synchronized void stop() {
        stopped = true;
        loop.stop();
    }

    private long look() {
        long now = System.nanoTime();
        long next = LOOK_AGAIN;
        for (AmqpLink link : links) {
            if (link.isDead()) {
                link.sever();
                continue;
            }
            long left = link.untilStuck(boundNanos, now);
            if (left <= 0) {
                sever(link);
            } else {
                next = Math.min(next, left);
            }
        }
        return next;
    }

    private void sever(AmqpLink link) {
        if (!link.isSevered()) {
            link.severStuck();
            told.failed(link + ": the server did not answer in time; the connection is ended");
        }
    }
}
