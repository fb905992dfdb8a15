/**
 * The order queue on Redis Streams: one stream with one consumer group on one server, through Jedis.
 * {@link io.orderflow.queue.redis.RedisQueue} is the entry point. The rules that it keeps, Q1 to Q13, stand in the
 * description of {@code io.orderflow.queue}; how it keeps them stands in the project's {@code docs/design.md}.
 */
package io.orderflow.queue.redis;
