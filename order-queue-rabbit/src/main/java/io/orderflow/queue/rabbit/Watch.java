package io.orderflow.queue.rabbit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Severs links whose threads are stuck in the socket: a server that is frozen or swallowed by the network lets a write wait
 * for ever. A thread of its own, which does nothing but look. Thread-safe.
 */
final class Watch {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);
    private static final long LOOK_AGAIN_MILLIS = 500;

    private final Settings settings;
    private final long boundNanos;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private boolean started;

    Watch(Settings settings, Duration bound, IoThreads threads) {
        this.settings = settings;
        this.boundNanos = bound.toNanos();
        this.thread = threads.named("watch", this::watch);
    }

    /** From now on this link is looked after. */
    synchronized void add(Link link) {
        links.add(link);
        if (!started && stopped.getCount() > 0) {
            started = true;
            thread.start();
        }
    }

    void remove(Link link) {
        links.remove(link);
    }

    void stop() {
        stopped.countDown();
    }

    private void watch() {
        try {
            while (!stopped.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                for (Link link : links) {
                    if (link.isStuck(boundNanos, now)) {
                        log.warn(
                                "{}: a call to the server has been stuck for {} s; the connection is ended and made anew",
                                settings.where(),
                                TimeUnit.NANOSECONDS.toSeconds(boundNanos));
                        link.sever();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
