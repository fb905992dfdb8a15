package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a URI says of one server, of the Sentinels that know it, or of a cluster.
 *
 * @param kind which of these
 * @param tls whether the connections are encrypted
 * @param nodes the servers that are named, at least one; only one of the kind {@link Kind#SERVER}
 * @param primary what the Sentinels call the server; empty for other kinds
 * @param database 0 or above
 * @param user empty for the server's default user
 * @param password empty for none
 */
record RedisAddress(
        Kind kind, boolean tls, List<RedisNode> nodes, String primary, int database, String user, String password) {
    /** Nothing else may stand in a list of hosts; what is not encoded in a password ends the match elsewhere. */
    private static final Pattern LIST = Pattern.compile("[^:/?#]*://(?:([^@/?#]*)@)?([^@/?#]*)(/[^@?#]*)?");

    private static final Pattern ENCODED = Pattern.compile("(?:[^%]|%[0-9A-Fa-f]{2})*");
    private static final Pattern SENTINEL_PATH = Pattern.compile("/([A-Za-z0-9._-]+)(/.*)?");

    /** What the servers of a URI are. */
    enum Kind {
        /** One server. */
        SERVER("redis", 6_379),
        /** Those that say which server it is. */
        SENTINEL("redis-sentinel", 26_379),
        /** Some nodes of a cluster. */
        CLUSTER("redis-cluster", 6_379);

        private final String scheme;
        private final int port;

        Kind(String scheme, int port) {
            this.scheme = scheme;
            this.port = port;
        }

        String scheme(boolean tls) {
            return tls ? scheme.replace("redis", "rediss") : scheme;
        }
    }

    /** Reads a URI; no message repeats the input, which may hold a password. */
    static RedisAddress parse(String uri) {
        Kind kind = kind(requireNonNull(uri, "uri").replaceAll("(?s):.*", ""), Kind.SERVER);
        if (kind != Kind.SERVER) {
            return ofList(kind, uri);
        }
        try {
            return of(new URI(uri));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("uri cannot be read, at index " + e.getIndex() + ": " + e.getReason());
        }
    }

    static RedisAddress of(URI uri) {
        String scheme = String.valueOf(requireNonNull(uri, "uri").getScheme());
        Kind kind = kind(scheme, null);
        require(kind != null, "scheme must be redis, redis-sentinel or redis-cluster, or with rediss for TLS", scheme);
        if (kind != Kind.SERVER) {
            return ofList(kind, uri.toString());
        }
        boolean several =
                uri.getHost() == null && String.valueOf(uri.getRawAuthority()).contains(",");
        require(!several, "one host may be named; several are redis-sentinel: or redis-cluster:", "several");
        require(uri.getHost() != null, "host must be a host name or an address, as in redis://host:6379", "none");
        require(uri.getRawQuery() == null && uri.getRawFragment() == null, "nothing may follow the database", "?, #");
        return of(kind, isTls(scheme), uri.getRawUserInfo(), List.of(node(uri, kind)), "", database(uri.getPath()));
    }

    private static RedisAddress ofList(Kind kind, String uri) {
        Matcher parts = LIST.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("uri must be as in " + example(kind)
                    + ", with what is special in user and password percent-encoded");
        }
        List<RedisNode> nodes = Arrays.stream(parts.group(2).split(",", -1))
                .map(host -> node(host, kind))
                .toList();
        String path = parts.group(3) == null ? "" : parts.group(3);
        String primary = "";
        if (kind == Kind.SENTINEL) {
            Matcher named = SENTINEL_PATH.matcher(path);
            require(named.matches(), "path must be the name of the primary, as in " + example(kind), "none");
            primary = named.group(1);
            path = named.group(2);
        }
        int database = database(path);
        require(kind != Kind.CLUSTER || database == 0, "a cluster has database 0 alone", database);
        return of(kind, isTls(uri), parts.group(1), nodes, primary, database);
    }

    private static RedisAddress of(
            Kind kind, boolean tls, String userInfo, List<RedisNode> nodes, String primary, int database) {
        String[] credentials = credentials(userInfo);
        return new RedisAddress(kind, tls, nodes, primary, database, credentials[0], credentials[1]);
    }

    /** Of a URI, or of its scheme. */
    private static boolean isTls(String uri) {
        return uri.toLowerCase(Locale.ROOT).startsWith("rediss");
    }

    private static Kind kind(String scheme, Kind otherwise) {
        String lower = scheme.toLowerCase(Locale.ROOT);
        return Arrays.stream(Kind.values())
                .filter(kind -> lower.equals(kind.scheme(false)) || lower.equals(kind.scheme(true)))
                .findFirst()
                .orElse(otherwise);
    }

    private static String example(Kind kind) {
        return kind.scheme + "://host1,host2:" + kind.port + (kind == Kind.SENTINEL ? "/primary" : "");
    }

    /** One of a list, which does not show what it is if it is none: that may be the end of a password. */
    private static RedisNode node(String host, Kind kind) {
        try {
            URI uri = new URI("redis://" + host);
            require(uri.getHost() != null, "hosts must be host names or addresses, as in " + example(kind), "another");
            return node(uri, kind);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "uri: hosts must be host names or addresses, as in " + example(kind) + ": " + e.getReason());
        }
    }

    private static RedisNode node(URI uri, Kind kind) {
        int port = uri.getPort() == -1 ? kind.port : uri.getPort();
        require(port >= 1 && port <= 65_535, "port must be between 1 and 65535", port);
        return new RedisNode(uri.getHost().replaceAll("^\\[(.*)]$", "$1"), port);
    }

    private static int database(String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
        require(!path.contains("@"), "what is special in user and password must be percent-encoded", "@ after a slash");
        require(path.matches("/\\d{1,6}"), "path must be the number of a database, as in /0", path);
        return Integer.parseInt(path.substring(1));
    }

    private static String[] credentials(String userInfo) {
        if (userInfo == null) {
            return new String[] {"", ""};
        }
        int colon = userInfo.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("uri: what stands before @ must be user:password or :password");
        }
        if (!ENCODED.matcher(userInfo).matches()) {
            throw new IllegalArgumentException("uri: in user and password, two digits must follow a percent sign");
        }
        return new String[] {decode(userInfo.substring(0, colon)), decode(userInfo.substring(colon + 1))};
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    }

    private static void require(boolean holds, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("uri: " + rule + ": " + value);
        }
    }

    /** The scheme for one server. */
    String scheme() {
        return Kind.SERVER.scheme(tls);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        String servers = nodes.stream().map(RedisNode::toString).collect(Collectors.joining(","));
        return kind.scheme(tls) + "://" + servers + (primary.isEmpty() ? "" : "/" + primary)
                + (database == 0 ? "" : "/" + database);
    }
}
