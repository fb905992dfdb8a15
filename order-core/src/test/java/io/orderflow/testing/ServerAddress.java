package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.net.URI;

/**
 * Where a server answers.
 *
 * @param kind what it is
 * @param uri {@code jdbc:mysql://host:port/?parameters} without a database; without parameters those that suit a server
 *     on the same machine are used, {@code redis://host:port} or {@code amqp://user:password@host:port/%2f}
 * @param user the user for tests; empty where the URI carries it
 * @param password that user's password
 * @param adminUser a user that may create schemas and change global settings
 * @param adminPassword that user's password
 * @param origin where it comes from, for messages
 */
public record ServerAddress(
        ServerKind kind,
        String uri,
        String user,
        String password,
        String adminUser,
        String adminPassword,
        String origin) {

    private static final String DRIVER_PARAMETERS =
            "characterEncoding=utf8&sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=5000&tcpKeepAlive=true";

    public ServerAddress {
        requireNonNull(kind, "kind");
        requireNonNull(uri, "uri");
        requireNonNull(origin, "origin");
    }

    /** A server that was started for these tests; its database users are those of {@link MySqlServer}. */
    static ServerAddress own(ServerKind kind, String host, int port, String origin) {
        return switch (kind) {
            case MARIADB, MYSQL ->
                new ServerAddress(
                        kind,
                        "jdbc:mysql://" + host + ":" + port + "/",
                        MySqlServer.USER,
                        MySqlServer.PASSWORD,
                        MySqlServer.ADMIN,
                        MySqlServer.ADMIN_PASSWORD,
                        origin);
            case REDIS -> new ServerAddress(kind, "redis://" + host + ":" + port, "", "", "", "", origin);
            case RABBITMQ ->
                new ServerAddress(
                        kind,
                        "amqp://guest:guest@" + host + ":" + port + "/%2f",
                        "guest",
                        "guest",
                        "guest",
                        "guest",
                        origin);
        };
    }

    /** A server named by system properties; one that its owner gave is used with that owner's user alone. */
    static ServerAddress given(ServerKind kind, String location) {
        String user = System.getProperty(kind.userProperty(), kind.isDatabase() ? "root" : "");
        String password = System.getProperty(kind.passwordProperty(), "");
        return new ServerAddress(
                kind, location, user, password, user, password, "given by -D" + kind.locationProperty());
    }

    /** The host that answers. */
    public String host() {
        return parsed().getHost();
    }

    /** The port that answers. */
    public int port() {
        int port = parsed().getPort();
        if (port > 0) {
            return port;
        }
        return switch (kind) {
            case MARIADB, MYSQL -> 3306;
            case REDIS -> 6379;
            case RABBITMQ -> 5672;
        };
    }

    /** The same server reached through another port of this machine, for example that of a {@link FaultProxy}. */
    public ServerAddress via(int localPort) {
        URI old = parsed();
        String credentials = old.getRawUserInfo() == null ? "" : old.getRawUserInfo() + "@";
        String path = old.getRawPath() == null ? "" : old.getRawPath();
        String query = old.getRawQuery() == null ? "" : "?" + old.getRawQuery();
        String scheme = (kind.isDatabase() ? "jdbc:" : "") + old.getScheme();
        String moved = scheme + "://" + credentials + "127.0.0.1:" + localPort + path + query;
        return new ServerAddress(
                kind, moved, user, password, adminUser, adminPassword, origin + " via port " + localPort);
    }

    /** The JDBC URL of a database of this server; an empty name is no database. */
    public String jdbcUrl(String database) {
        if (!kind.isDatabase()) {
            throw new IllegalStateException(kind.title() + " has no JDBC URL");
        }
        String query = parsed().getRawQuery();
        return "jdbc:mysql://" + host() + ":" + port() + "/" + database + "?"
                + (query == null ? DRIVER_PARAMETERS : query);
    }

    private URI parsed() {
        return URI.create(kind.isDatabase() ? uri.substring("jdbc:".length()) : uri);
    }

    @Override
    public String toString() {
        return kind.title() + " at " + host() + ":" + port() + " (" + origin + ")";
    }
}
