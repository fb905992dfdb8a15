package io.orderflow.queue.redis;

import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * What the builder collected.
 *
 * @param address where the server is
 * @param stream the key of the stream
 * @param group the name of the consumer group
 * @param user empty for the server's default user
 * @param password asked at each connect; gives an empty text for none
 * @param sentinelUser empty for the Sentinels' default user
 * @param sentinelPassword gives an empty text for none
 * @param replicas how many replicas must have a message before it counts as stored
 * @param connectTimeout longest time from the look-up of the host to the end of the sign-in
 * @param answerTimeout longest wait for an answer, but for publish and receive
 * @param sslContext makes the sockets of {@code rediss}
 * @param verifyHostname whether the certificate must name the host
 * @param deadAfter how long a consumer without messages is silent before the janitor removes it
 */
record RedisSettings(
        RedisAddress address,
        String stream,
        String group,
        String user,
        Supplier<String> password,
        String sentinelUser,
        Supplier<String> sentinelPassword,
        int replicas,
        Duration connectTimeout,
        Duration answerTimeout,
        SSLContext sslContext,
        boolean verifyHostname,
        Duration deadAfter) {

    /** Whether replicas, if there are any, take over by themselves. */
    boolean failsOver() {
        return address.kind() != RedisAddress.Kind.SERVER;
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return "stream " + stream + ", group " + group + " at " + address;
    }
}
