package io.orderflow.queue.redis;

import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes messages for one consumer: those whose leases ended, when a look is due, else new ones (S4). Not thread-safe.
 */
final class RedisReader {
    /**
     * When a look for ended leases is due again, and how long one blocking read waits at most. It looks between two
     * reads, so both together are the longest time without a look: one shortest lease.
     */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** How long an answer may take over the wait of a receive; Q9 allows 1 s. */
    private static final Duration GRACE = Duration.ofMillis(800);

    /**
     * Shorter waits do not block on the server: an idle one notices that a wait is over only ten times a second, and
     * the last batch of a burst would wait a tenth of a second for nothing.
     */
    private static final Duration SHORTEST_BLOCK = Duration.ofMillis(100);

    private static final Duration NAP = Duration.ofMillis(5);

    /** Most messages of a plain read, whose sizes nobody knows before: 16 of 256 KiB. */
    private static final int FEW = 16;

    /**
     * A message that came back more often than that may be one whose answer never came, since the server looks at
     * hundreds of megabytes for seconds. Such ones are taken over last, and the server is given the time.
     */
    private static final int CALM = 1;

    private static final Duration LONG_LOOK = Duration.ofSeconds(10);

    private static final String BEGIN = "-";
    private static final RedisStream.Claimed NONE_CLAIMED = new RedisStream.Claimed(BEGIN, List.of(), 0);
    private static final RedisStream.Taken NONE_TAKEN = new RedisStream.Taken(false, List.of());

    private final String queue;
    private final QueueParts parts;
    private final GroupLink link;
    private final String name;
    private final long leaseMillis;
    private Deadline nextLook = Deadline.in(Duration.ZERO);
    private String lookFrom = BEGIN;
    private boolean muchIsThere = true;

    /**
     * Reads nothing yet.
     *
     * @param queue the queue's name, for messages
     * @param name the consumer's name
     */
    RedisReader(String queue, QueueParts parts, GroupLink link, String name, long leaseMillis) {
        this.queue = queue;
        this.parts = parts;
        this.link = link;
        this.name = name;
        this.leaseMillis = leaseMillis;
    }

    /** The group was made anew: there is nothing to go on from. */
    void startOver() {
        lookFrom = BEGIN;
    }

    /** What came until the wait is over, at most so many. */
    List<StreamEntry> receive(int max, Duration wait) throws QueueException, InterruptedException {
        int most = parts.readSize().atMost(max);
        try {
            List<StreamEntry> entries = await(most, Deadline.in(wait));
            parts.readSize().came(most, entries.size());
            return entries;
        } catch (QueueException e) {
            parts.readSize().didNotCome(most);
            muchIsThere = true;
            throw e;
        }
    }

    private List<StreamEntry> await(int most, Deadline end) throws QueueException, InterruptedException {
        Deadline limit = end.plus(GRACE);
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while receiving from " + queue);
            }
            List<StreamEntry> entries = look(most, limit);
            if (entries.isEmpty()) {
                boolean blocks = end.leftNanos() >= SHORTEST_BLOCK.toNanos();
                entries = blocks ? read(most, end, limit) : poll(most, end, limit);
            }
            if (!entries.isEmpty() || end.hasPassed()) {
                return entries;
            }
        }
    }

    private List<StreamEntry> look(int most, Deadline limit) throws QueueException, InterruptedException {
        if (!nextLook.hasPassed()) {
            return List.of();
        }
        link.leaveIfAlone(limit.or(Deadline.in(GRACE)));
        RedisStream.Claimed claimed = claim(most, CALM, limit.or(Deadline.in(GRACE)));
        if (claimed.entries().isEmpty() && claimed.leftAlone() > 0) {
            claimed = claim(most, Integer.MAX_VALUE, Deadline.in(LONG_LOOK));
        }
        lookFrom = claimed.next();
        if (lookFrom.equals(BEGIN)) {
            nextLook = Deadline.in(LOOK);
        }
        return claimed.entries();
    }

    private RedisStream.Claimed claim(int most, int deliveries, Deadline answer)
            throws QueueException, InterruptedException {
        RedisStream.Claim claim = new RedisStream.Claim(leaseMillis, most, lookFrom, deliveries);
        return link.run("looking for ended leases", answer, NONE_CLAIMED, (on, until) -> {
            parts.upkeep().run(on, until);
            return parts.stream().claim(on, name, claim, until);
        });
    }

    /** Reads what is there, again after each nap, until something is or the wait is over. */
    private List<StreamEntry> poll(int most, Deadline end, Deadline limit) throws QueueException, InterruptedException {
        while (true) {
            boolean last = end.hasPassed();
            List<StreamEntry> entries = read(most, 0, limit);
            if (!entries.isEmpty() || last) {
                return entries;
            }
            TimeUnit.NANOSECONDS.sleep(end.or(Deadline.in(NAP)).leftNanos());
        }
    }

    private List<StreamEntry> read(int most, Deadline end, Deadline limit) throws QueueException, InterruptedException {
        return read(most, end.or(Deadline.in(LOOK)).leftMillis(), limit);
    }

    private List<StreamEntry> read(int most, long waitMillis, Deadline limit)
            throws QueueException, InterruptedException {
        if (muchIsThere) {
            RedisStream.Taken taken = link.run(
                    "receiving",
                    limit.or(Deadline.in(GRACE)),
                    NONE_TAKEN,
                    (on, until) -> parts.stream().readBounded(on, name, most, until));
            muchIsThere = taken.more();
            if (!taken.entries().isEmpty()) {
                return taken.entries();
            }
        }
        Deadline answer = limit.or(Deadline.in(GRACE.plusMillis(waitMillis)));
        List<StreamEntry> entries = link.run(
                "receiving",
                answer,
                List.of(),
                (on, until) -> parts.stream().read(on, name, Math.min(most, FEW), waitMillis, until));
        muchIsThere = entries.size() == FEW;
        return entries;
    }
}
