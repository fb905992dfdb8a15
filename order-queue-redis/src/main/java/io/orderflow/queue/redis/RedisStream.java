package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * The commands of one stream and its group, on a connection that the caller brings. Stateless, thread-safe.
 *
 * <p>An entry has the field {@code message}, and once it was given back {@code deliveries}: how often it was delivered
 * under its earlier ids. An entry without {@code message} is somebody else's; all its bytes are its message, so that a worker
 * sets it aside.
 */
final class RedisStream {
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);
    private static final byte[] DELIVERIES = "deliveries".getBytes(US_ASCII);
    private static final int PENDING_PAGE = 500;

    private final String stream;
    private final byte[] key;
    private final String group;

    RedisStream(String stream, String group) {
        this.stream = stream;
        this.key = stream.getBytes(UTF_8);
        this.group = group;
    }

    /**
     * One entry as it was delivered.
     *
     * @param id the entry's id
     * @param message its bytes
     * @param deliveriesBefore how often it was delivered before
     */
    record Entry(String id, byte[] message, int deliveriesBefore) {}

    /**
     * What was taken over.
     *
     * @param next where to look next time; {@code -} when the end was reached
     * @param entries what was taken
     */
    record Claimed(String next, List<Entry> entries) {}

    /** Stores a message. */
    void add(Link link, byte[] message, Deadline deadline) throws IOException, ReplyException {
        link.call(command(Command.XADD).add(key).add("*").add(MESSAGE).add(message), deadline);
    }

    /** How many entries the stream has. */
    long length(Link link, Deadline deadline) throws IOException, ReplyException {
        return Replies.number(link.call(command(Command.XLEN).add(key), deadline));
    }

    /** Asks for a write that the server never executes, since no entry can have that id: what else it refuses for is thrown. */
    void probe(Link link, Deadline deadline) throws IOException, ReplyException {
        try {
            link.call(
                    command(Command.XADD)
                            .add(key)
                            .add("NOMKSTREAM")
                            .add("0-0")
                            .add(MESSAGE)
                            .add(""),
                    deadline);
        } catch (ReplyException e) {
            if (!e.code().equals("ERR")) {
                throw e;
            }
        }
    }

    /** Throws that the group is missing, if it is; works on a full server, which would not create it. */
    void requireGroup(Link link, Deadline deadline) throws IOException, ReplyException {
        link.call(command(Command.XPENDING).add(key).add(group), deadline);
    }

    /** Creates the group where it is missing, so that it sees every entry of the stream; true if it was missing. */
    boolean createGroup(Link link, Deadline deadline) throws IOException, ReplyException {
        try {
            link.call(
                    command(Command.XGROUP)
                            .add("CREATE")
                            .add(key)
                            .add(group)
                            .add("0")
                            .add("MKSTREAM"),
                    deadline);
            return true;
        } catch (ReplyException e) {
            if (e.code().equals("BUSYGROUP")) {
                return false;
            }
            throw e;
        }
    }

    /** Takes entries that nobody was given; waits up to so many milliseconds for the first, not at all with 0. */
    List<Entry> read(Link link, String consumer, int most, long waitMillis, Deadline deadline)
            throws IOException, ReplyException {
        CommandArguments read = command(Command.XREADGROUP)
                .add("GROUP")
                .add(group)
                .add(consumer)
                .add("COUNT")
                .add(most);
        if (waitMillis > 0) {
            read.add("BLOCK").add(waitMillis);
        }
        List<Object> streams =
                Replies.list(link.call(read.add("STREAMS").add(key).add(">"), deadline));
        if (streams.isEmpty()) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        for (Object entry : Replies.list(Replies.list(streams.get(0)).get(1))) {
            List<Object> parts = Replies.list(entry);
            entries.add(entry(Replies.text(parts.get(0)), 0, parts.get(1)));
        }
        return entries;
    }

    /** Takes over entries whose holder's lease ended; looks at so many that are held. */
    Claimed claim(Link link, String consumer, long lease, int most, String from, int look, Deadline deadline)
            throws IOException, ReplyException {
        List<String> arguments = List.of(group, consumer, text(lease), text(most), from, text(look));
        List<Object> answer = Replies.list(Script.CLAIM.run(link, stream, arguments, deadline));
        List<Entry> entries = new ArrayList<>();
        for (Object taken : Replies.list(answer.get(1))) {
            List<Object> parts = Replies.list(taken);
            entries.add(entry(Replies.text(parts.get(0)), Replies.number(parts.get(1)), parts.get(2)));
        }
        return new Claimed(Replies.text(answer.get(0)), entries);
    }

    /** Removes those entries for good that the consumer holds. */
    void ack(Link link, String consumer, Collection<String> ids, Deadline deadline) throws IOException, ReplyException {
        Script.ACK.run(link, stream, arguments(consumer, ids), deadline);
    }

    /** Gives back those entries that the consumer holds. */
    void release(Link link, String consumer, Collection<String> ids, Deadline deadline)
            throws IOException, ReplyException {
        Script.RELEASE.run(link, stream, arguments(consumer, ids), deadline);
    }

    /** Starts the leases of those entries anew that the consumer holds; returns which. */
    List<String> renew(Link link, String consumer, Collection<String> ids, Deadline deadline)
            throws IOException, ReplyException {
        return Replies.list(Script.RENEW.run(link, stream, arguments(consumer, ids), deadline)).stream()
                .map(Replies::text)
                .toList();
    }

    /** Gives back all that the consumer holds, also what it was given without knowing, and removes it from the group. */
    void leave(Link link, String consumer, Deadline deadline) throws IOException, ReplyException {
        List<String> held = held(link, consumer, deadline);
        while (!held.isEmpty()) {
            release(link, consumer, held, deadline);
            String last = held.get(held.size() - 1);
            held = held.size() < PENDING_PAGE ? List.of() : held(link, consumer, deadline);
            if (held.contains(last)) {
                return;
            }
        }
        Script.LEAVE.run(link, stream, List.of(group, consumer), deadline);
    }

    private List<String> held(Link link, String consumer, Deadline deadline) throws IOException, ReplyException {
        CommandArguments pending = command(Command.XPENDING)
                .add(key)
                .add(group)
                .add("-")
                .add("+")
                .add(PENDING_PAGE)
                .add(consumer);
        return Replies.list(link.call(pending, deadline)).stream()
                .map(held -> Replies.text(Replies.list(held).get(0)))
                .toList();
    }

    /** Removes consumers that hold nothing and were silent for so long; returns how many. */
    long removeDead(Link link, long silentMillis, Deadline deadline) throws IOException, ReplyException {
        return Replies.number(Script.REMOVE_DEAD.run(link, stream, List.of(group, text(silentMillis)), deadline));
    }

    private static CommandArguments command(Command command) {
        return new CommandArguments(command);
    }

    private List<String> arguments(String consumer, Collection<String> ids) {
        List<String> arguments = new ArrayList<>(ids.size() + 2);
        arguments.add(group);
        arguments.add(consumer);
        arguments.addAll(ids);
        return arguments;
    }

    private static String text(long number) {
        return Long.toString(number);
    }

    private static Entry entry(String id, long deliveries, Object fieldsAndValues) {
        List<Object> pairs = Replies.list(fieldsAndValues);
        byte[] message = null;
        ByteArrayOutputStream all = new ByteArrayOutputStream(0);
        long before = deliveries;
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            byte[] field = (byte[]) pairs.get(i);
            byte[] value = (byte[]) pairs.get(i + 1);
            if (Arrays.equals(MESSAGE, field)) {
                message = value;
            } else if (Arrays.equals(DELIVERIES, field)) {
                before += count(Replies.text(value));
            } else {
                all.writeBytes(field);
                all.writeBytes(value);
            }
        }
        return new Entry(id, message == null ? all.toByteArray() : message, (int) Math.min(Integer.MAX_VALUE, before));
    }

    private static int count(String text) {
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }
}
