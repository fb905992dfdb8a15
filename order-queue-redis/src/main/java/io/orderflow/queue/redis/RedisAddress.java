package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Locale;

/**
 * What a {@code redis://} or {@code rediss://} URI says.
 *
 * @param tls whether the connection is encrypted
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param database 0 or above
 * @param user empty for the server's default user
 * @param password empty for none
 */
record RedisAddress(boolean tls, String host, int port, int database, String user, String password) {
    private static final int DEFAULT_PORT = 6379;

    /** Reads a URI; no message repeats the input, which may hold a password. */
    static RedisAddress parse(String uri) {
        try {
            return of(new URI(requireNonNull(uri, "uri")));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("uri cannot be read, at index " + e.getIndex() + ": " + e.getReason());
        }
    }

    static RedisAddress of(URI uri) {
        String scheme = String.valueOf(requireNonNull(uri, "uri").getScheme()).toLowerCase(Locale.ROOT);
        require(scheme.equals("redis") || scheme.equals("rediss"), "scheme must be redis or rediss", scheme);
        require(uri.getHost() != null, "host must be a host name or an address, as in redis://host:6379", "none");
        int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
        require(port >= 1 && port <= 65_535, "port must be between 1 and 65535", port);
        require(uri.getRawQuery() == null && uri.getRawFragment() == null, "nothing may follow the database", "?, #");
        String[] credentials = credentials(uri.getRawUserInfo());
        String host = uri.getHost().replaceAll("^\\[(.*)]$", "$1");
        return new RedisAddress(
                scheme.equals("rediss"), host, port, database(uri.getPath()), credentials[0], credentials[1]);
    }

    private static int database(String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
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

    /** Without user and password. */
    @Override
    public String toString() {
        String shownHost = host.contains(":") ? "[" + host + "]" : host;
        return (tls ? "rediss://" : "redis://") + shownHost + ":" + port + (database == 0 ? "" : "/" + database);
    }
}
