package io.orderflow.examples.relay;

import io.orderflow.testing.ServerAddress;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.SharedServers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;

/** A stream of its own, read by its ids. */
final class RedisReceiver extends Receiver {
    private final ServerAddress server;
    private final RedisClient redis;
    private final String stream = "relay-" + UUID.randomUUID();
    private StreamEntryID last = new StreamEntryID(0, 0);

    RedisReceiver() {
        this(SharedServers.require(ServerKind.REDIS));
    }

    /** On a server of the test's own. */
    RedisReceiver(ServerAddress server) {
        this.server = server;
        this.redis = RedisClient.create(server.host(), server.port());
    }

    @Override
    int port() {
        return server.port();
    }

    String stream() {
        return stream;
    }

    RedisClient redis() {
        return redis;
    }

    /** All entries as they are. */
    List<Map<String, String>> entries() {
        return redis.xrange(stream, "-", "+").stream()
                .map(StreamEntry::getFields)
                .toList();
    }

    @Override
    synchronized void take() {
        for (StreamEntry entry : redis.xrange(stream, "(" + last, "+")) {
            last = entry.getID();
            add(parse(entry.getFields().get("event").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
    }

    @Override
    List<String> options(int port) {
        return List.of("--to", uri(ServerKind.REDIS, port), "--stream", stream);
    }

    @Override
    public void close() {
        redis.del(stream);
        redis.close();
    }
}
