package io.orderflow.queue.redis;

import java.time.Duration;

/**
 * What the consumers of one queue share; each part is thread-safe.
 *
 * @param stream the commands
 * @param links the connections
 * @param upkeep tidies the group
 * @param readSize how much is asked for at once
 * @param answerTimeout longest wait for an answer, but for publish and receive
 * @param sentinels whether another server may become the primary without this one knowing
 */
record QueueParts(
        RedisStream stream, Links links, Upkeep upkeep, ReadSize readSize, Duration answerTimeout, boolean sentinels) {}
