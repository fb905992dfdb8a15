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
import java.util.stream.Collectors;

/**
 * One consumer of the group, on a connection of its own ({@link GroupLink}). Not thread-safe.
 *
 * <ul>
 *   <li><b>S1</b> Its name is never used again, by no process, and ends with its lease: any other consumer can tell
 *       when what this one holds is free.
 *   <li><b>S2</b> The server alone knows who holds a message. Ack, release and renewal touch what the server says is
 *       this consumer's, in one step.
 *   <li><b>S3</b> {@code held} has the newest delivery of each id. An older one of the same id, from before the stream
 *       was wiped, is another message and settles nothing.
 *   <li><b>S4</b> {@link RedisReader}: much is read, and what failed to be read is read again, by scripts that bound
 *       the bytes of an answer and of an entry. A plain read costs the server less and can wait, so it is the usual
 *       one; it brings few.
 * </ul>
 */
final class RedisConsumer implements QueueConsumer {
    private static final int IDS_PER_CALL = 500;

    private final RedisQueue queue;
    private final QueueParts parts;
    private final String name;
    private final GroupLink link;
    private final RedisReader reader;
    private final Map<String, RedisDelivery> held = new HashMap<>();
    private boolean ended;

    RedisConsumer(RedisQueue queue, QueueParts parts, String name, long leaseMillis) {
        this.queue = queue;
        this.parts = parts;
        this.name = name;
        this.link = new GroupLink(queue.name(), parts, name, this::forgetAll);
        this.reader = new RedisReader(queue.name(), parts, link, name, leaseMillis);
    }

    private void forgetAll() {
        held.clear();
        reader.startOver();
    }

    /** Connects, and makes the group if need be. */
    void open() throws QueueException {
        link.open();
    }

    @Override
    public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
        QueueChecks.requireReceivable(max, wait);
        requireUsable();
        return hold(reader.receive(max, wait));
    }

    private List<Delivery> hold(List<StreamEntry> entries) {
        List<Delivery> deliveries = new ArrayList<>(entries.size());
        for (StreamEntry entry : entries) {
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
            link.ask(what, true, (on, until) -> {
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
            renewed.addAll(link.ask(
                    "renewing", List.of(), (on, until) -> parts.stream().renew(on, name, some, until)));
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
        link.close();
    }

    private void requireUsable() throws QueueException {
        queue.requireOpen();
        if (ended) {
            throw new IllegalStateException("consumer is closed");
        }
    }
}
