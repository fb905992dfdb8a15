package io.orderflow.queue.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * How many replicas must have what is stored before it counts as stored. Thread-safe.
 *
 * @param replicas 0 for none: then nothing is sent for it
 */
record Replication(int replicas) {
    /**
     * How late the server may be with the end of a wait: while it has nothing else to do it looks ten times a second.
     */
    private static final Duration ENDS_LATE = Duration.ofMillis(150);

    /**
     * Has the server do a write, and waits for the replicas in the same round trip; a refused write waits for nobody.
     *
     * @throws ReplyException if the server refuses the write
     * @throws TooFewReplicasException if it did the write, and too few replicas have it
     */
    void store(RedisLink link, CommandArguments write, Deadline deadline)
            throws IOException, ReplyException, TooFewReplicasException {
        if (replicas == 0) {
            link.call(write, deadline);
            return;
        }
        List<Object> answers = link.callUntilRefused(List.of(write, waiting(deadline)), deadline);
        if (answers.get(0) instanceof ReplyException refusal) {
            throw refusal;
        }
        require(answers.get(1));
    }

    /**
     * Waits for the replicas to have what was written before on this connection.
     *
     * @throws IOException if too few have it, or there is no answer; the link is dead, since the next one may lead to a
     *     server that has more
     */
    void check(RedisLink link, Deadline deadline) throws IOException {
        if (replicas == 0) {
            return;
        }
        Object answer = link.callAll(List.of(waiting(deadline)), deadline).get(0);
        try {
            require(answer);
        } catch (TooFewReplicasException e) {
            link.kill();
            throw new IOException("what was stored last: " + e.getMessage(), e);
        }
    }

    private CommandArguments waiting(Deadline deadline) {
        return new CommandArguments(Command.WAIT).add(replicas).add(waitMillis(deadline));
    }

    /** So long that the answer comes before the deadline, and never 0, which is for ever. */
    private static long waitMillis(Deadline deadline) {
        long left = deadline.leftMillis();
        return Math.max(1, left - Math.min(left / 2, ENDS_LATE.toMillis()));
    }

    private void require(Object answer) throws TooFewReplicasException {
        if (answer instanceof ReplyException refusal) {
            throw new TooFewReplicasException(
                    "the server does not say how many replicas have it, WAIT was answered by " + refusal.getMessage());
        }
        long have = Replies.number(answer);
        if (have < replicas) {
            throw new TooFewReplicasException(have + " of " + replicas + " replicas have it in time");
        }
    }
}
