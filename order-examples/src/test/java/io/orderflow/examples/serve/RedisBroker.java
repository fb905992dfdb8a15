package io.orderflow.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.orderflow.testing.ServerKind;
import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** A redis-server with appendfsync always. */
final class RedisBroker extends Broker {
    private static final String GROUP = "orderflow";

    RedisBroker() {
        super(ServerKind.REDIS);
    }

    /** Runs one command on a connection of its own. */
    private Object run(Command command, Object... arguments) {
        try (Connection connection = new Connection("127.0.0.1", port())) {
            CommandArguments all = new CommandArguments(command);
            Arrays.stream(arguments).forEach(all::add);
            return connection.executeCommand(all);
        }
    }

    /** Changes a setting of the running server. */
    void config(String name, String value) {
        run(Command.CONFIG, "SET", name, value);
    }

    @Override
    void put(byte[] message) {
        run(Command.XADD, queue(), "*", "message".getBytes(UTF_8), message);
    }

    @Override
    long stored() {
        List<?> pending = (List<?>) run(Command.XPENDING, queue(), GROUP);
        return (Long) run(Command.XLEN, queue()) + (Long) pending.get(0);
    }

    /** Whatever makes the stream next: it survives as the server's settings say. */
    @Override
    void prepare() {
        config("appendfsync", "always");
    }

    @Override
    void wipe() {
        run(Command.FLUSHALL);
    }
}
