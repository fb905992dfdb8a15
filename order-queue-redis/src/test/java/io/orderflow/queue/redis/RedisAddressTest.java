package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Without any server: what addresses of one and of several say, what servers answer, and in which order they are asked.
 */
final class RedisAddressTest {
    private static final RedisNode A = new RedisNode("a", 1);
    private static final RedisNode B = new RedisNode("b", 2);
    private static final RedisNode C = new RedisNode("c", 3);

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "redis://h redis://h:6379 '' ''",
                "redis://h:1/ redis://h:1 '' ''",
                "REDISS://h:65535/15 rediss://h:65535/15 '' ''",
                "redis://[::1]:7000/3 redis://[::1]:7000/3 '' ''",
                "redis://:p%40%3A+s@h redis://h:6379 '' p@:+s",
                "redis://shop:a:b@h/2 redis://h:6379/2 shop a:b",
                "redis-sentinel://a/m redis-sentinel://a:26379/m '' ''",
                "redis-sentinel://a:1,b,c:3/shop.m-1/2 redis-sentinel://a:1,b:26379,c:3/shop.m-1/2 '' ''",
                "REDISS-SENTINEL://u:p%40@a,b/m/ rediss-sentinel://a:26379,b:26379/m u p@",
                "redis-cluster://a redis-cluster://a:6379 '' ''",
                "redis-cluster://:p,q+%2C@a,b:7000/0 redis-cluster://a:6379,b:7000 '' p,q+,",
                "rediss-cluster://a,b/ rediss-cluster://a:6379,b:6379 '' ''",
            })
    void readsAnAddress(String uri, String shown, String user, String password) {
        RedisAddress address = RedisAddress.parse(uri);
        assertEquals(shown, address.toString());
        assertEquals(user, address.user());
        assertEquals(password, address.password());
        assertEquals(address, RedisAddress.of(URI.create(uri)));
    }

    @Test
    void readsIpv6Addresses() {
        String uri = "redis-cluster://[::1]:1,[2001:db8::2]";
        RedisAddress address = RedisAddress.parse(uri);
        assertEquals(List.of(new RedisNode("::1", 1), new RedisNode("2001:db8::2", 6_379)), address.nodes());
        assertEquals(uri + ":6379", address.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://a,b",
                "redis-sentinel://u:s3cret@a,b",
                "redis-sentinel://u:s3cret@a,b/",
                "redis-sentinel://u:s3cret@a,b/m/x",
                "redis-sentinel://u:s3cret@a,b/m/1/2",
                "redis-sentinel://u:s3cret@a,b/m?x",
                "redis-sentinel://u:s3@cret@a,b/m",
                "redis-sentinel://u:s3/cret@a,b/m",
                "redis-sentinel:a,b/m",
                "redis-cluster://",
                "redis-cluster://u:s3cret@a,,b",
                "redis-cluster://u:s3cret@a,b:0",
                "redis-cluster://u:s3cret@a,b:65536",
                "redis-cluster://u:s3cret@a,b:s3cret",
                "redis-cluster://u:s3cret@a_b,c",
                "redis-cluster://u:s3cret@a b,c",
                "redis-cluster://u:s3cret@a,b/1",
                "redis-cluster://u:s3cret%4@a,b",
                "redis-cluster://u:1/s3cret@a,b",
                "redis-cluster://s3cret@a,b",
                "redis://u:1/s3cret@a",
                "redis-clusters://a",
            })
    void refusesAListWithoutRepeatingThePassword(String uri) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> RedisQueue.builder(uri));
        assertTrue(refusal.getMessage().startsWith("uri"), refusal.getMessage());
        assertFalse(refusal.toString().contains("cret"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "MOVED 3999 127.0.0.1:6381, 127.0.0.1, 6381, false",
        "ASK 0 redis.example:7000, redis.example, 7000, true",
        "MOVED 1 2001:db8::2:6379, 2001:db8::2, 6379, false",
    })
    void readsARedirection(String answer, String host, int port, boolean asking) {
        Redirection expected = new Redirection(new RedisNode(host, port), asking);
        assertEquals(Optional.of(expected), Redirection.of(answer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MOVED 3999 :6381", "MOVED", "ERR MOVED 1 a:1", "TRYAGAIN 1 a:1", ""})
    void othersAreNoRedirection(String answer) {
        assertEquals(Optional.empty(), Redirection.of(answer));
    }

    @Test
    void whatANodeDoesNotSayOfAHostIsItsOwn() {
        List<Object> first = List.of(0L, 9L, List.of(bytes("a"), 1L, bytes("id")), List.of(bytes("b"), 2L));
        List<Object> second = List.of(10L, 16_383L, List.of(bytes(""), 3L));
        ClusterSlots slots = ClusterSlots.of(List.of(first, second), "c");
        assertEquals(Optional.of(A), slots.owner(9));
        assertEquals(Optional.of(C), slots.owner(10));
        assertEquals(Set.of(A, B, C), slots.nodes());
        assertEquals(Optional.empty(), new ClusterSlots(List.of()).owner(0));
    }

    private static byte[] bytes(String text) {
        return RedisTests.bytes(text);
    }

    @Test
    void whoAnsweredIsAskedLastAndWhoDidNotAfterThat() {
        AskingOrder order = new AskingOrder(List.of(A, B, C));
        order.answered(A);
        assertEquals(List.of(B, C, A), order.now());
        order.failed(B);
        assertEquals(List.of(C, A, B), order.now());
        order.answered(C);
        assertEquals(List.of(A, C, B), order.now());
        order.answered(B);
        assertEquals(List.of(A, C, B), order.now());
        order.failed(A);
        assertEquals(List.of(C, B, A), order.now());
    }

    @Test
    void whatANodeKnowsIsAskedBeforeWhatWasNamed() {
        AskingOrder order = new AskingOrder(List.of(A));
        order.are(Set.of(B));
        assertEquals(List.of(B, A), order.now());
        order.are(Set.of(C));
        assertEquals(List.of(C, A), order.now());
    }
}
