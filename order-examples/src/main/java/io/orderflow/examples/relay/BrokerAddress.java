package io.orderflow.examples.relay;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the URI of a message server says.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param user empty for the server's default user
 * @param password empty if it comes from elsewhere
 * @param path what follows the first slash, decoded; may be empty
 */
record BrokerAddress(String host, int port, Optional<String> user, Optional<String> password, String path) {
    private static final int MOST = 65_535;

    /** Scheme, user and password, hosts, and the rest. */
    private static final Pattern PARTS = Pattern.compile("([^:/?#]+://)([^/?#]*@)?([^/?#@]*)([/?#].*)?");

    /**
     * Reads a URI.
     *
     * @param port where it names none
     * @throws IllegalArgumentException if it is none, or one that no server can be at; never repeats it
     */
    static BrokerAddress parse(String text, int port) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is no URI: " + e.getReason() + " at index " + e.getIndex());
        }
        require(uri.getHost() != null, "must have a host, as in amqp://HOST or redis://HOST");
        require(uri.getRawQuery() == null && uri.getRawFragment() == null, "must have no ? and no #");
        int given = uri.getPort() < 0 ? port : uri.getPort();
        require(given > 0 && given <= MOST, "must have a port from 1 to " + MOST + ": " + given);
        String path = uri.getRawPath();
        require(path.lastIndexOf('/') <= 0, "must have one path segment at most");
        Optional<String> login = Optional.ofNullable(uri.getRawUserInfo());
        return new BrokerAddress(
                uri.getHost().replaceAll("[\\[\\]]", ""),
                given,
                login.map(both -> decoded(both.split(":", 2)[0])).filter(name -> !name.isEmpty()),
                login.filter(both -> both.contains(":")).map(both -> decoded(both.split(":", 2)[1])),
                path.isEmpty() ? "" : decoded(path.substring(1)));
    }

    /**
     * Reads a URI that may name several hosts, as in {@code amqp://user:password@a,b:5673/path}.
     *
     * @param port where a host has none
     * @return one for each host, in their order; all else is the same in each
     * @throws IllegalArgumentException as {@link #parse}, or if a host is there twice
     */
    static List<BrokerAddress> parseAll(String text, int port) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches() || !parts.group(3).contains(",")) {
            return List.of(parse(text, port));
        }
        String before = parts.group(1) + Objects.requireNonNullElse(parts.group(2), "");
        String after = Objects.requireNonNullElse(parts.group(4), "");
        List<BrokerAddress> all = new ArrayList<>();
        for (String host : parts.group(3).split(",", -1)) {
            BrokerAddress one = parse(before + host + after, port);
            require(!all.contains(one), "must have each host once");
            all.add(one);
        }
        return all;
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
