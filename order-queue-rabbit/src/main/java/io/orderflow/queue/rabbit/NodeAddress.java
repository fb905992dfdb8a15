package io.orderflow.queue.rabbit;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Where one node of the cluster listens.
 *
 * @param host its name or address, an IPv6 address without brackets
 * @param port 1 to 65535
 */
record NodeAddress(String host, int port) {
    /** Some of them, for messages. */
    static String join(List<NodeAddress> nodes) {
        return nodes.stream().map(NodeAddress::toString).collect(Collectors.joining(", "));
    }

    /** For messages: {@code host:port}. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
