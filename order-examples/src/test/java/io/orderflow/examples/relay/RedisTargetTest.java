package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderEvent;
import io.orderflow.testing.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;

@DisplayName("A stream of Redis")
class RedisTargetTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final long MORE_THAN_SOCKETS_TAKE = 100_000;

    private static RedisTarget target(RedisReceiver receiver, int port, OptionalLong maxLength) {
        return target(receiver, port, maxLength, Duration.ofSeconds(60));
    }

    private static RedisTarget target(RedisReceiver receiver, int port, OptionalLong maxLength, Duration longest) {
        return new RedisTarget(
                new RedisSockets("127.0.0.1", port, Optional.empty(), Duration.ofSeconds(30)),
                DefaultJedisClientConfig.builder().build(),
                receiver.stream(),
                maxLength,
                longest);
    }

    @Test
    @DisplayName("gets an entry for each event, with its position, its type and its JSON")
    void fields() throws Exception {
        try (RedisReceiver receiver = new RedisReceiver();
                RedisTarget target = target(receiver, receiver.port(), OptionalLong.empty())) {
            target.send(TargetEvents.at(12_000, 12_001));
            List<Map<String, String>> entries = receiver.entries();
            assertEquals(2, entries.size());
            assertEquals(
                    List.of("position", "type", "event"),
                    List.copyOf(entries.get(0).keySet()));
            assertEquals("12000", entries.get(0).get("position"));
            assertEquals("COMPLETED", entries.get(0).get("type"));
            assertEquals("12001", receiver.received().get(1).path("position").textValue());
        }
    }

    @Test
    @DisplayName("keeps everything, or about as many as were asked for")
    void maxLength() throws Exception {
        long[] positions = LongStream.rangeClosed(1, 500).toArray();
        try (RedisReceiver receiver = new RedisReceiver();
                RedisTarget all = target(receiver, receiver.port(), OptionalLong.empty());
                RedisTarget few = target(receiver, receiver.port(), OptionalLong.of(10))) {
            all.send(TargetEvents.at(positions));
            assertEquals(500, receiver.entries().size());
            few.send(TargetEvents.at(positions));
            int left = receiver.entries().size();
            assertTrue(left >= 10 && left < 500, () -> left + " entries");
        }
    }

    @Test
    @DisplayName("that cannot take an event gets none of its batch, and is used again when it can")
    void refused() throws Exception {
        try (RedisReceiver receiver = new RedisReceiver();
                RedisTarget target = target(receiver, receiver.port(), OptionalLong.empty())) {
            receiver.redis().set(receiver.stream(), "no stream");
            TargetException refusal = assertThrows(TargetException.class, () -> target.send(TargetEvents.at(1, 2)));
            assertTrue(refusal.getMessage().contains("WRONGTYPE"), refusal::getMessage);
            receiver.redis().del(receiver.stream());
            target.send(TargetEvents.at(1, 2));
            assertEquals(2, receiver.entries().size());
        }
    }

    @Test
    @DisplayName("is connected to anew when the connection is lost")
    void reconnects() throws Exception {
        try (RedisReceiver receiver = new RedisReceiver();
                FaultProxy proxy = FaultProxy.to("127.0.0.1", receiver.port());
                RedisTarget target = target(receiver, proxy.port(), OptionalLong.empty())) {
            target.send(TargetEvents.at(1));
            proxy.reset();
            assertThrows(TargetException.class, () -> target.send(TargetEvents.at(2)));
            target.send(TargetEvents.at(2));
            assertEquals(2, receiver.entries().size());
        }
    }

    /** A write waits without end, whatever the time-out of a read is. */
    @Test
    @DisplayName("that reads nothing any more is given up")
    void readsNothing() throws Exception {
        try (RedisReceiver receiver = new RedisReceiver();
                FaultProxy proxy = FaultProxy.to("127.0.0.1", receiver.port());
                RedisTarget target = target(receiver, proxy.port(), OptionalLong.empty(), Duration.ofSeconds(2))) {
            target.send(TargetEvents.at(1));
            proxy.hold();
            List<OrderEvent> many = TargetEvents.at(
                    LongStream.rangeClosed(2, MORE_THAN_SOCKETS_TAKE).toArray());
            assertTimeoutPreemptively(BOUND, () -> assertThrows(TargetException.class, () -> target.send(many)));
            proxy.reset();
            proxy.pass();
            target.send(TargetEvents.at(2));
            assertEquals(2, receiver.entries().size());
        }
    }

    @Test
    @DisplayName("that was closed fails")
    void closed() throws Exception {
        try (RedisReceiver receiver = new RedisReceiver()) {
            RedisTarget target = target(receiver, receiver.port(), OptionalLong.empty());
            target.send(TargetEvents.at(1));
            target.close();
            assertThrows(TargetException.class, () -> target.send(TargetEvents.at(2)));
        }
    }
}
