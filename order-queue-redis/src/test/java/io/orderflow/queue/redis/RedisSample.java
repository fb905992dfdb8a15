package io.orderflow.queue.redis;

/** How a host makes the queue, for the documents. */
final class RedisSample {
    private RedisSample() {}

    static RedisQueue open(String uri, String password) {
        // sample: begin
        RedisQueue queue = RedisQueue.builder(uri) // redis://host:6379, or rediss://host:6379 for TLS
                .stream("shop-orders")
                .user("shop")
                .password(password)
                .build();
        // sample: end
        return queue;
    }
}
