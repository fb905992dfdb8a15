package io.orderflow.queue.redis;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueChecks;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of the group, on a connection of its own. Not thread-safe.
 *
 * <ul>
 *   <li><b>S1</b> Its name is never used again, by no process, and ends with its lease: any other consumer can tell
 *       when what this one holds is free.
 *   <li><b>S2</b> The server alone knows who holds a message. Ack, release and renewal touch what the server says is
 *       this consumer's, in one step.
 *   <li><b>S3</b> {@code held} has the newest delivery of each id. An older one of the same id, from before the stream
 *       was wiped, is another message and settles nothing.
 *   <li><b>S4</b> Much is read, and what failed to be read is read again, by scripts that bound the bytes of an answer
 *       and of an entry. A plain read costs the server less and can wait, so it is the usual one; it brings few.
 * </ul>
 */
final class RedisConsumer implements QueueConsumer {
    private static final Logger log = LoggerFactory.getLogger(RedisConsumer.class);

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

    private static final int IDS_PER_CALL = 500;
    private static final String BEGIN = "-";
    private static final RedisStream.Claimed NONE_CLAIMED = new RedisStream.Claimed(BEGIN, List.of(), 0);
    private static final RedisStream.Taken NONE_TAKEN = new RedisStream.Taken(false, List.of());

    private final RedisQueue queue;
    private final QueueParts parts;
    private final String name;
    private final long leaseMillis;
    private final Map<String, RedisDelivery> held = new HashMap<>();
    private RedisLink link;
    private Deadline nextLook = Deadline.in(Duration.ZERO);
    private String lookFrom = BEGIN;
    private boolean muchIsThere = true;
    private boolean opened;
    private boolean ended;

    RedisConsumer(RedisQueue queue, QueueParts parts, String name, long leaseMillis) {
        this.queue = queue;
        this.parts = parts;
        this.name = name;
        this.leaseMillis = leaseMillis;
    }

    /** Something asked of the server. */
    interface Call<T> {
        T on(RedisLink link, Deadline deadline) throws IOException, ReplyException;
    }

    /** Connects, and makes the group if need be. */
    void open() throws QueueException {
        ask("opening a consumer", true, (on, until) -> {
            parts.stream().requireGroup(on, until);
            return true;
        });
        opened = true;
    }

    @Override
    public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
        QueueChecks.requireReceivable(max, wait);
        requireUsable();
        int most = parts.readSize().atMost(max);
        try {
            List<Entry> entries = await(most, Deadline.in(wait));
            parts.readSize().came(most, entries.size());
            return hold(entries);
        } catch (QueueException e) {
            parts.readSize().didNotCome(most);
            muchIsThere = true;
            throw e;
        }
    }

    private List<Entry> await(int most, Deadline end) throws QueueException, InterruptedException {
        Deadline limit = end.plus(GRACE);
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while receiving from " + queue.name());
            }
            List<Entry> entries = look(most, limit);
            if (entries.isEmpty()) {
                boolean blocks = end.leftNanos() >= SHORTEST_BLOCK.toNanos();
                entries = blocks ? read(most, end, limit) : poll(most, end, limit);
            }
            if (!entries.isEmpty() || end.hasPassed()) {
                return entries;
            }
        }
    }

    private List<Entry> look(int most, Deadline limit) throws QueueException, InterruptedException {
        if (!nextLook.hasPassed()) {
            return List.of();
        }
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
        return run("looking for ended leases", answer, NONE_CLAIMED, (on, until) -> {
            parts.upkeep().run(on, until);
            return parts.stream().claim(on, name, claim, until);
        });
    }

    /** Reads what is there, again after each nap, until something is or the wait is over. */
    private List<Entry> poll(int most, Deadline end, Deadline limit) throws QueueException, InterruptedException {
        while (true) {
            boolean last = end.hasPassed();
            List<Entry> entries = read(most, 0, limit);
            if (!entries.isEmpty() || last) {
                return entries;
            }
            TimeUnit.NANOSECONDS.sleep(end.or(Deadline.in(NAP)).leftNanos());
        }
    }

    private List<Entry> read(int most, Deadline end, Deadline limit) throws QueueException, InterruptedException {
        return read(most, end.or(Deadline.in(LOOK)).leftMillis(), limit);
    }

    private List<Entry> read(int most, long waitMillis, Deadline limit) throws QueueException, InterruptedException {
        if (muchIsThere) {
            RedisStream.Taken taken = run(
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
        List<Entry> entries = run(
                "receiving",
                answer,
                List.of(),
                (on, until) -> parts.stream().read(on, name, Math.min(most, FEW), waitMillis, until));
        muchIsThere = entries.size() == FEW;
        return entries;
    }

    private List<Delivery> hold(List<Entry> entries) {
        List<Delivery> deliveries = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            RedisDelivery delivery = new RedisDelivery(this, entry);
            held.put(delivery.id(), delivery);
            deliveries.add(delivery);
        }
        return deliveries;
    }

    @Override
    public void ack(List<Delivery> deliveries) throws QueueException {
        settle("acking", heldIds(deliveries), (on, ids, until) -> parts.stream().ack(on, name, ids, until));
    }

    @Override
    public void release(List<Delivery> deliveries) throws QueueException {
        Map<Boolean, List<String>> ids = heldIds(deliveries).stream()
                .collect(Collectors.partitioningBy(id -> held.get(id).isCopyable()));
        settle("releasing", ids.get(true), (on, some, until) -> parts.stream().release(on, name, some, until));
        settle("releasing", ids.get(false), (on, some, until) -> parts.stream().handBack(on, name, some, until));
    }

    /** Something done with held messages. */
    private interface Settlement {
        void on(RedisLink link, List<String> ids, Deadline deadline) throws IOException, ReplyException;
    }

    private void settle(String what, List<String> ids, Settlement settlement) throws QueueException {
        for (List<String> some : split(ids)) {
            ask(what, true, (on, until) -> {
                settlement.on(on, some, until);
                return true;
            });
            some.forEach(held::remove);
        }
    }

    @Override
    public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
        List<String> ids = heldIds(deliveries);
        Set<String> renewed = new HashSet<>();
        for (List<String> some : split(ids)) {
            renewed.addAll(
                    ask("renewing", List.of(), (on, until) -> parts.stream().renew(on, name, some, until)));
        }
        ids.stream().filter(id -> !renewed.contains(id)).forEach(held::remove);
        return deliveries.stream().filter(this::isHeld).toList();
    }

    /** Checks that the consumer may be used and that these are its own; the ids of those that it may still hold. */
    private List<String> heldIds(List<Delivery> deliveries) throws QueueException {
        List<RedisDelivery> own =
                QueueChecks.requireOwn(deliveries, RedisDelivery.class, one -> one.consumer() == this);
        requireUsable();
        return own.stream().filter(this::isHeld).map(RedisDelivery::id).toList();
    }

    private boolean isHeld(Delivery delivery) {
        return held.get(((RedisDelivery) delivery).id()) == delivery;
    }

    private static List<List<String>> split(List<String> ids) {
        List<List<String>> pieces = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += IDS_PER_CALL) {
            pieces.add(ids.subList(from, Math.min(ids.size(), from + IDS_PER_CALL)));
        }
        return pieces;
    }

    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        held.clear();
        boolean inOrder = false;
        try {
            // one that was never opened holds nothing
            inOrder = opened && leave();
        } finally {
            if (inOrder) {
                parts.links().give(link);
            } else if (link != null) {
                link.kill();
            }
        }
    }

    /** Gives back all that is held; whether the connection is one to be used again. */
    private boolean leave() {
        if (link == null || link.isDead()) {
            parts.upkeep().leftUnsaid(name);
            return false;
        }
        try {
            parts.stream().leave(link, name, Deadline.in(parts.answerTimeout()));
            return true;
        } catch (IOException e) {
            parts.upkeep().leftUnsaid(name);
        } catch (ReplyException e) {
            if (link.isDead()) {
                // another server may know this consumer
                parts.upkeep().leftUnsaid(name);
            }
            log.debug("{}: what {} held comes back when its lease ends: {}", queue.name(), name, e.getMessage());
        }
        return false;
    }

    private void requireUsable() throws QueueException {
        queue.requireOpen();
        if (ended) {
            throw new IllegalStateException("consumer is closed");
        }
    }

    private <T> T ask(String what, T ifMissing, Call<T> call) throws QueueException {
        try {
            return run(what, Deadline.in(parts.answerTimeout()), ifMissing, call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueException(queue.name() + ": interrupted while " + what, e);
        }
    }

    /**
     * Runs it on this consumer's connection, a new one if need be. Where the group is missing it is made, and holds
     * nothing.
     */
    private <T> T run(String what, Deadline deadline, T ifMissing, Call<T> call)
            throws QueueException, InterruptedException {
        try {
            if (link == null || link.isDead()) {
                link = parts.links().take(deadline);
            }
            return call.on(link, deadline);
        } catch (IOException e) {
            parts.links().clear();
            throw failed(what, e);
        } catch (ReplyException e) {
            if (!e.isMissingGroup()) {
                throw failed(what, e);
            }
            createGroup(what, deadline);
            return ifMissing;
        } catch (OutOfMemoryError e) {
            // what came could not be kept; closing gives it back, and then less is read at once
            throw failed(what, e);
        }
    }

    /** The stream was wiped, or deleted, or nobody had used it before. */
    private void createGroup(String what, Deadline deadline) throws QueueException {
        held.clear();
        lookFrom = BEGIN;
        try {
            if (parts.stream().createGroup(link, deadline) && opened) {
                log.warn(
                        "{}: the consumer group was gone (FLUSHALL, DEL or XGROUP DESTROY), it was created again "
                                + "from the"
                                + " stream's begin",
                        queue.name());
            }
        } catch (IOException | ReplyException e) {
            throw failed(what, e);
        }
    }

    private QueueException failed(String what, Throwable e) {
        return new QueueException(queue.name() + ": " + what + " failed: " + e.getMessage(), e);
    }
}
