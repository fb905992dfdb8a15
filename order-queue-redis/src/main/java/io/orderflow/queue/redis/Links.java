package io.orderflow.queue.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Connections that are used again. Thread-safe. The thread that takes one owns it until it gives it back or kills it.
 *
 * <p>A connection that rested is asked first whether it still works, before anything is sent on it whose loss would
 * matter: a server that was restarted meanwhile then costs a new connection, and not an unknown outcome. An attempt to
 * connect that its first waiter gave up is waited for by the next one, so a connection that takes longer than a
 * time-out comes all the same.
 */
final class Links {
    private static final Duration SURELY_WORKS = Duration.ofSeconds(1);
    private static final int MOST_IDLE = 16;
    private static final int MOST_REDIRECTIONS = 5;

    private final Connector connector;
    private final Deque<RedisLink> idle = new ConcurrentLinkedDeque<>();
    private final Deque<Connector.Attempt> givenUp = new ConcurrentLinkedDeque<>();

    Links(Connector connector) {
        this.connector = connector;
    }

    /**
     * A connection that works.
     *
     * @throws IOException if there is none by then; nothing was sent that matters
     * @throws InterruptedException if the thread was interrupted while it waited for a new one
     */
    RedisLink take(Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            RedisLink link = idle.pollFirst();
            if (link == null) {
                link = await(begun(), deadline);
            }
            if (works(link, deadline)) {
                return link;
            }
        }
    }

    /** Gives back a connection on which no answer is outstanding; a dead one takes those along that rest. */
    void give(RedisLink link) {
        if (link.isDead()) {
            clear();
        } else if (idle.size() >= MOST_IDLE) {
            link.kill();
        } else {
            idle.addFirst(link);
        }
    }

    /** Closes those that rest: what broke one connection has likely broken all. */
    void clear() {
        for (RedisLink link = idle.pollFirst(); link != null; link = idle.pollFirst()) {
            link.kill();
        }
    }

    /** Closes those that rest and lead to the same server as the given one, and that one. */
    void leave(RedisLink left) {
        left.kill();
        idle.stream().filter(left::leadsWhere).filter(idle::remove).forEach(RedisLink::kill);
    }

    /** Begins to find out whether another server is to be used than that at the other end of a connection. */
    FutureTask<Boolean> askElsewhere(RedisLink link) throws IOException {
        return connector.askElsewhere(link);
    }

    /** Something that is done on a connection, which it takes itself. */
    interface Use<T> {
        T run() throws IOException, ReplyException, InterruptedException;
    }

    /**
     * Does it, and again each time a server says that it did nothing and another one is to be asked: the next
     * connection leads there.
     */
    <T> T redirected(Use<T> use) throws IOException, ReplyException, InterruptedException {
        for (int left = MOST_REDIRECTIONS; ; left--) {
            try {
                return use.run();
            } catch (ReplyException e) {
                if (left == 0 || !connector.follows(e)) {
                    throw e;
                }
                // those that rest lead where this one led
                clear();
            }
        }
    }

    private boolean works(RedisLink link, Deadline deadline) {
        if (link.isDead()) {
            return false;
        }
        if (link.rested().compareTo(SURELY_WORKS) < 0) {
            return true;
        }
        try {
            link.call(new CommandArguments(Command.PING), deadline.half());
            return true;
        } catch (ReplyException e) {
            // it answers
            return !link.isDead();
        } catch (IOException e) {
            clear();
            return false;
        }
    }

    private Connector.Attempt begun() throws IOException {
        Connector.Attempt begun = givenUp.pollFirst();
        while (begun != null && begun.hasFailed()) {
            begun = givenUp.pollFirst();
        }
        return begun == null ? connector.begin() : begun;
    }

    private RedisLink await(Connector.Attempt begun, Deadline deadline) throws IOException, InterruptedException {
        boolean over = false;
        try {
            RedisLink link = begun.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
            over = true;
            return link;
        } catch (ExecutionException e) {
            over = true;
            throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no connection in time", e);
        } finally {
            if (!over) {
                givenUp.addFirst(begun);
            }
        }
    }
}
