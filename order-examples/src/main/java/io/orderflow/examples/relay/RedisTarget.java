package io.orderflow.examples.relay;

import io.orderflow.OrderEvent;
import io.orderflow.examples.common.EventJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A stream of Redis. A batch is one transaction in one round trip: all of its entries or none, so that a server without
 * memory for one of them does not take the later ones alone.
 */
final class RedisTarget implements RelayTarget {
    private final RedisSockets server;
    private final JedisClientConfig config;
    private final String stream;
    private final OptionalLong maxLength;
    private final Duration longest;
    private final ScheduledThreadPoolExecutor watchdog;
    private volatile Connection connection;
    private volatile boolean closed;

    /**
     * Prepares it. No I/O.
     *
     * @param maxLength so many of the latest entries are kept, and a little more; empty for all
     * @param longest after that a send is cut off, wherever it is: a write has no time-out of its own
     */
    RedisTarget(
            RedisSockets server, JedisClientConfig config, String stream, OptionalLong maxLength, Duration longest) {
        this.server = server;
        this.config = config;
        this.stream = stream;
        this.maxLength = maxLength;
        this.longest = longest;
        this.watchdog = new ScheduledThreadPoolExecutor(1, RedisTarget::thread);
        watchdog.setRemoveOnCancelPolicy(true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "relay-redis");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void send(List<OrderEvent> events) throws TargetException {
        try {
            Connection open = connection();
            ScheduledFuture<?> cut = watchdog.schedule(this::cut, longest.toMillis(), TimeUnit.MILLISECONDS);
            try {
                open.sendCommand(Command.MULTI);
                events.forEach(event -> open.sendCommand(entry(event)));
                open.sendCommand(Command.EXEC);
                check(open.getMany(events.size() + 2), events.size());
            } finally {
                cut.cancel(false);
            }
        } catch (RuntimeException e) {
            cut();
            throw new TargetException(TargetException.reason(e), e);
        } catch (TargetException e) {
            cut();
            throw e;
        }
    }

    private Connection connection() throws TargetException {
        if (closed) {
            throw new TargetException("closed");
        }
        Connection open = connection;
        if (open == null || open.isBroken()) {
            open = new Connection(server, config);
            connection = open;
        }
        return open;
    }

    private CommandArguments entry(OrderEvent event) {
        CommandArguments entry = new CommandArguments(Command.XADD).key(stream);
        maxLength.ifPresent(entries -> entry.add("MAXLEN").add("~").add(entries));
        return entry.add("*")
                .add("position")
                .add(event.position())
                .add("type")
                .add(event.type().name())
                .add("event")
                .add(EventJson.event(event).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The last answer is that of the transaction; those before it say what was wrong with it. */
    private static void check(List<Object> answers, int entries) throws TargetException {
        for (Object answer : answers) {
            if (answer instanceof JedisException refusal) {
                throw new TargetException("the server refused: " + refusal.getMessage());
            }
        }
        Object last = answers.get(answers.size() - 1);
        if (!(last instanceof List<?> added) || added.size() != entries) {
            throw new TargetException("the server did not run the transaction");
        }
        for (Object one : added) {
            if (!(one instanceof byte[])) {
                throw new TargetException("the server refused: " + TargetException.reason((Throwable) one));
            }
        }
    }

    /** What was read in part must not be taken for an answer to what comes next. */
    private void cut() {
        Connection open = connection;
        if (open != null) {
            open.setBroken();
            try {
                open.forceDisconnect();
            } catch (IOException e) {
                // it is not used again either way
                assert open.isBroken();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watchdog.shutdownNow();
        cut();
    }

    @Override
    public String toString() {
        return "Redis " + server + ", stream " + stream;
    }
}
