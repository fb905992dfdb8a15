package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** The commands of one stream and its group, on a connection that the caller brings. Stateless, thread-safe. */
final class RedisStream {
    /** Bounds the memory for what one answer of a script brings; one message may come on top. */
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    /** Held messages that one look walks through. */
    private static final int LOOK_AT = 500;

    private final String stream;
    private final byte[] key;
    private final String group;
    private final Replication replication;

    RedisStream(String stream, String group, Replication replication) {
        this.stream = stream;
        this.key = stream.getBytes(UTF_8);
        this.group = group;
        this.replication = replication;
    }

    /**
     * What was taken of the messages that nobody was given.
     *
     * @param more whether there may be more
     * @param entries what was taken
     */
    record Taken(boolean more, List<StreamEntry> entries) {}

    /**
     * What was taken over.
     *
     * @param next where to look next time; {@code -} when the end was reached
     * @param entries what was taken
     * @param leftAlone how many were not taken because they were delivered too often
     */
    record Claimed(String next, List<StreamEntry> entries, long leftAlone) {}

    /**
     * Stores a message, on as many replicas as were asked for.
     *
     * @throws ReplyException if the server refuses it
     * @throws TooFewReplicasException if the server has it, and too few replicas
     */
    void add(RedisLink link, byte[] message, Deadline deadline)
            throws IOException, ReplyException, TooFewReplicasException {
        CommandArguments add =
                command(Command.XADD).add(key).add("*").add(StreamEntry.MESSAGE).add(message);
        replication.store(link, add, deadline);
    }

    /** How many entries the stream has. */
    long length(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        return Replies.number(link.call(command(Command.XLEN).add(key), deadline));
    }

    /**
     * How many entries nobody was given. What a worker holds for its {@code ackDelay} was decided, and waits for
     * nobody.
     */
    long waiting(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        long all = length(link, deadline);
        try {
            List<Object> held =
                    Replies.list(link.call(command(Command.XPENDING).add(key).add(group), deadline));
            return Math.max(0, all - Replies.number(held.get(0)));
        } catch (ReplyException e) {
            if (e.code().equals("NOGROUP")) {
                return all;
            }
            throw e;
        }
    }

    /**
     * Asks for a write that the server never executes, since no entry can have that id: what else it refuses for is
     * thrown.
     */
    void probe(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        try {
            link.call(
                    command(Command.XADD)
                            .add(key)
                            .add("NOMKSTREAM")
                            .add("0-0")
                            .add(StreamEntry.MESSAGE)
                            .add(""),
                    deadline);
        } catch (ReplyException e) {
            if (!e.code().equals("ERR")) {
                throw e;
            }
        }
    }

    /**
     * Throws what the server refuses a consumer, what the key holds if that is no stream, and that too few replicas
     * follow; changes nothing.
     */
    void check(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        checkAlone(link, deadline);
        replication.check(link, deadline);
    }

    /** The same without the replicas. */
    void checkAlone(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        Script.CHECK.run(link, stream, List.of(group), deadline);
    }

    /** Throws that the group is missing, if it is; works on a full server, which would not create it. */
    void requireGroup(RedisLink link, Deadline deadline) throws IOException, ReplyException {
        link.call(command(Command.XPENDING).add(key).add(group), deadline);
    }

    /** Creates the group where it is missing, so that it sees every entry of the stream; true if it was missing. */
    boolean createGroup(RedisLink link, Deadline deadline) throws IOException, ReplyException {
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

    /** Takes entries that nobody was given, few enough for a small heap if they are ours, and none larger than that. */
    Taken readBounded(RedisLink link, String consumer, int most, Deadline deadline) throws IOException, ReplyException {
        List<String> arguments = List.of(group, consumer, text(most), text(MOST_BYTES));
        List<Object> answer = Replies.list(Script.READ.run(link, stream, arguments, deadline));
        return new Taken(Replies.number(answer.get(0)) == 1, handedOut(answer.get(1)));
    }

    private static List<StreamEntry> handedOut(Object replies) {
        return Replies.list(replies).stream().map(StreamEntry::handedOut).toList();
    }

    /**
     * Takes entries that nobody was given, whatever their size; waits up to so many milliseconds for the first, not at
     * all with 0.
     */
    List<StreamEntry> read(RedisLink link, String consumer, int most, long waitMillis, Deadline deadline)
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
        List<StreamEntry> entries = new ArrayList<>();
        for (Object entry : Replies.list(Replies.list(streams.get(0)).get(1))) {
            List<Object> parts = Replies.list(entry);
            entries.add(StreamEntry.whole(Replies.text(parts.get(0)), parts.get(1)));
        }
        return entries;
    }

    /**
     * What to take over.
     *
     * @param lease the lease of holders whose names do not say theirs, in milliseconds
     * @param most most entries
     * @param from where to look, among the entries that are held
     * @param deliveries how often an entry may have been delivered before
     */
    record Claim(long lease, int most, String from, int deliveries) {}

    /** Takes over entries whose holder's lease ended; looks at some of those that are held. */
    Claimed claim(RedisLink link, String consumer, Claim claim, Deadline deadline) throws IOException, ReplyException {
        List<String> arguments = List.of(
                group,
                consumer,
                text(claim.lease()),
                text(claim.most()),
                text(MOST_BYTES),
                claim.from(),
                text(LOOK_AT),
                text(claim.deliveries()));
        List<Object> answer = Replies.list(Script.CLAIM.run(link, stream, arguments, deadline));
        return new Claimed(Replies.text(answer.get(0)), handedOut(answer.get(1)), Replies.number(answer.get(2)));
    }

    /** Removes those entries for good that the consumer holds. */
    void ack(RedisLink link, String consumer, Collection<String> ids, Deadline deadline)
            throws IOException, ReplyException {
        Script.ACK.run(link, stream, arguments(consumer, ids), deadline);
    }

    /**
     * Gives back those entries that the consumer holds and that may not be copied; the next look of a consumer takes
     * them.
     */
    void handBack(RedisLink link, String consumer, Collection<String> ids, Deadline deadline)
            throws IOException, ReplyException {
        Script.HAND_BACK.run(link, stream, arguments(consumer, ids), deadline);
    }

    /** Gives back those entries that the consumer holds, as copies, which wakes a consumer that waits. */
    void release(RedisLink link, String consumer, Collection<String> ids, Deadline deadline)
            throws IOException, ReplyException {
        Script.RELEASE.run(link, stream, arguments(consumer, ids), deadline);
    }

    /** Starts the leases of those entries anew that the consumer holds; returns which. */
    List<String> renew(RedisLink link, String consumer, Collection<String> ids, Deadline deadline)
            throws IOException, ReplyException {
        return Replies.list(Script.RENEW.run(link, stream, arguments(consumer, ids), deadline)).stream()
                .map(Replies::text)
                .toList();
    }

    /**
     * Gives back all that the consumer holds, also what it was given without knowing, and removes it from the group.
     */
    void leave(RedisLink link, String consumer, Deadline deadline) throws IOException, ReplyException {
        Script.LEAVE.run(link, stream, List.of(group, consumer), deadline);
    }

    /** Removes consumers that hold nothing and were silent for so long; returns how many. */
    long removeDead(RedisLink link, long silentMillis, Deadline deadline) throws IOException, ReplyException {
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
}
