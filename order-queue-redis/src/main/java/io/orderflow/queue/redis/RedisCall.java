package io.orderflow.queue.redis;

import java.io.IOException;

/** Something asked of the server. */
@FunctionalInterface
interface RedisCall<T> {
    T on(RedisLink link, Deadline deadline) throws IOException, ReplyException;
}
