package io.orderflow.queue.redis;

import io.orderflow.queue.QueueException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a consumer's connection: takes one when it is needed, another one after its loss, makes the group where
 * it is missing, and leaves it at the end. What is received and settled on it is not its business. Not thread-safe.
 */
final class GroupLink {
    /** By the name that all of the consumer has in logs. */
    private static final Logger log = LoggerFactory.getLogger(RedisConsumer.class);

    private static final Duration DOUBT = Duration.ofSeconds(5);

    private final String queue;
    private final QueueParts parts;
    private final String name;
    private final Runnable wiped;
    private final Suspicion suspicion = new Suspicion();
    private Deadline nextDoubt = Deadline.in(DOUBT);
    private RedisLink link;
    private boolean opened;

    /**
     * Connects at its first use.
     *
     * @param queue the queue's name, for messages
     * @param name the consumer's name
     * @param wiped told when the group is made anew: the consumer holds nothing then
     */
    GroupLink(String queue, QueueParts parts, String name, Runnable wiped) {
        this.queue = queue;
        this.parts = parts;
        this.name = name;
        this.wiped = wiped;
    }

    /** Connects, and makes the group if need be. */
    void open() throws QueueException {
        ask("opening a consumer", true, (on, until) -> {
            parts.stream().requireGroup(on, until);
            return true;
        });
        opened = true;
    }

    /** As {@link #run}, with the longest wait for an answer; an interrupt is a failure. */
    <T> T ask(String what, T ifMissing, RedisCall<T> call) throws QueueException {
        try {
            return run(what, Deadline.in(parts.answerTimeout()), ifMissing, call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueException(queue + ": interrupted while " + what, e);
        }
    }

    /**
     * Runs it on this consumer's connection, a new one if need be. Where the group is missing it is made, and holds
     * nothing.
     */
    <T> T run(String what, Deadline deadline, T ifMissing, RedisCall<T> call)
            throws QueueException, InterruptedException {
        try {
            return parts.links().redirected(() -> {
                if (link == null || link.isDead()) {
                    link = parts.links().take(deadline);
                }
                return call.on(link, deadline);
            });
        } catch (IOException e) {
            parts.links().clear();
            throw failed(what, e);
        } catch (ReplyException e) {
            if (!e.isMissingGroup()) {
                if (link.isDead()) {
                    parts.links().clear();
                }
                throw failed(what, e);
            }
            createGroup(what, deadline);
            return ifMissing;
        } catch (OutOfMemoryError e) {
            // what came could not be kept; closing gives it back, and then less is read at once
            throw failed(what, e);
        }
    }

    /**
     * Now and then, where Sentinels may have made another server the primary, looks whether anybody follows this one. A
     * former primary that is cut off from the others serves whoever reaches it, and has no new messages. So the
     * Sentinels are asked about one that is alone, and it is left when they name another one.
     */
    void leaveIfAlone(Deadline limit) throws QueueException, InterruptedException {
        if (!parts.sentinels() || suspicion.act(parts.links()) || !nextDoubt.hasPassed()) {
            return;
        }
        nextDoubt = Deadline.in(DOUBT);
        run("looking for replicas", limit, false, (on, until) -> {
            boolean alone = isAlone(on, until);
            if (alone) {
                suspicion.begin(on, parts.links());
            }
            return alone;
        });
    }

    private static boolean isAlone(RedisLink on, Deadline until) throws IOException {
        ServerFacts facts = new ServerFacts();
        try {
            facts.addInfo(on, until);
            return facts.followers() == 0;
        } catch (ReplyException e) {
            // a user who may not ask stays
            return false;
        }
    }

    /** The stream was wiped, or deleted, or nobody had used it before. */
    private void createGroup(String what, Deadline deadline) throws QueueException {
        wiped.run();
        try {
            if (parts.stream().createGroup(link, deadline) && opened) {
                log.warn(
                        "{}: the consumer group was gone (FLUSHALL, DEL or XGROUP DESTROY), it was created again "
                                + "from the stream's begin",
                        queue);
            }
        } catch (IOException | ReplyException e) {
            throw failed(what, e);
        }
    }

    private QueueException failed(String what, Throwable e) {
        return new QueueException(queue + ": " + what + " failed: " + e.getMessage(), e);
    }

    /** Gives back what is held, and the connection where it is one to be used again. */
    void close() {
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
            log.debug("{}: what {} held comes back when its lease ends: {}", queue, name, e.getMessage());
        }
        return false;
    }
}
