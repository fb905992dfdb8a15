package io.orderflow.queue.redis;

/**
 * Where one server listens.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 1 to 65535
 */
record RedisNode(String host, int port) {
    /** As it stands in a URI. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
