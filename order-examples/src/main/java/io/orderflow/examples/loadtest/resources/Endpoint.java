package io.orderflow.examples.loadtest.resources;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a name or an address
 * @param port the TCP port
 */
record Endpoint(String host, int port) {
    private static final Pattern URL = Pattern.compile(
            "(?:jdbc:)?(mysql|redis|rediss|amqp|amqps|http|https)://(\\[[^]]+]|[^:/?\\s,]+)(?::([0-9]{1,5}))?.*");
    private static final Map<String, Integer> DEFAULT_PORTS =
            Map.of("mysql", 3306, "redis", 6379, "rediss", 6379, "amqp", 5672, "amqps", 5671, "http", 80, "https", 443);

    /**
     * The server in a URL, its first one when there are several; empty when it names none, as an embedded database
     * does.
     */
    static Optional<Endpoint> in(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String port = matcher.group(3);
        return Optional.of(new Endpoint(
                matcher.group(2), port == null ? DEFAULT_PORTS.get(matcher.group(1)) : Integer.parseInt(port)));
    }

    /** Whether the host is this machine. */
    boolean isHere() {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            // a name that nobody knows is not this machine's
            return false;
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
