package io.orderflow.queue.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tidies the group on a consumer's connection, now and then. Thread-safe. Consumers of this process that closed without
 * a connection are made to leave as soon as there is one, so what they held waits for no lease. Consumers of dead
 * processes are removed once they hold nothing and were silent for long.
 */
final class Upkeep {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private final String name;
    private final RedisStream stream;
    private final Duration deadAfter;
    private final Queue<String> left = new ConcurrentLinkedQueue<>();
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime());

    Upkeep(String name, RedisStream stream, Duration deadAfter) {
        this.name = name;
        this.stream = stream;
        this.deadAfter = deadAfter;
    }

    /** Remembers a consumer that is closed, and whose leaving the server may not know of. */
    void leftUnsaid(String consumer) {
        left.add(consumer);
    }

    /** Does what is due. What the server refuses here stops no consumer. */
    void run(RedisLink link, Deadline deadline) throws IOException {
        boolean said = true;
        while (said) {
            said = sayLeft(link, left.poll(), deadline);
        }
        long look = nextLook.get();
        if (System.nanoTime() - look >= 0
                && nextLook.compareAndSet(look, System.nanoTime() + deadAfter.toNanos() / 2)) {
            removeDead(link, deadline);
        }
    }

    /** False when there is nobody left to say it for, or it cannot be said now. */
    private boolean sayLeft(RedisLink link, String consumer, Deadline deadline) throws IOException {
        if (consumer == null) {
            return false;
        }
        boolean said = false;
        try {
            stream.leave(link, consumer, deadline);
            said = true;
        } catch (ReplyException e) {
            // in a group that is gone it holds nothing
            said = e.isMissingGroup();
            log.debug("{}: consumer {} cannot give back what it held: {}", name, consumer, e.getMessage());
        } finally {
            if (!said) {
                left.add(consumer);
            }
        }
        return said;
    }

    private void removeDead(RedisLink link, Deadline deadline) throws IOException {
        try {
            long removed = stream.removeDead(link, deadAfter.toMillis(), deadline);
            if (removed > 0) {
                log.info("{}: {} consumers of dead processes were removed, they held nothing", name, removed);
            }
        } catch (ReplyException e) {
            log.warn(
                    "{}: consumers of dead processes cannot be removed from the group, they stay: {}",
                    name,
                    e.getMessage());
        }
    }
}
