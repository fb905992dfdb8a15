package io.orderflow.testing;

/** A kind of server that tests can use. */
public enum ServerKind {
    MARIADB("MariaDB", "test.mariadb", "url", "mariadbd"),
    MYSQL("MySQL", "test.mysql", "url", "mysqld"),
    REDIS("Redis", "test.redis", "uri", "redis-server"),
    RABBITMQ("RabbitMQ", "test.rabbitmq", "uri", "rabbitmq-server");

    private final String title;
    private final String prefix;
    private final String location;
    private final String program;

    ServerKind(String title, String prefix, String location, String program) {
        this.title = title;
        this.prefix = prefix;
        this.location = location;
        this.program = program;
    }

    /** The name as its makers write it. */
    public String title() {
        return title;
    }

    /** The system property that names a server to use: {@code test.mysql.url}, {@code test.redis.uri}. */
    public String locationProperty() {
        return prefix + "." + location;
    }

    /**
     * The system property of the given server's user; default {@code root} for databases, for the others it is part of
     * the URI.
     */
    public String userProperty() {
        return prefix + ".user";
    }

    /** The system property of the given server's password; default empty. */
    public String passwordProperty() {
        return prefix + ".password";
    }

    /** The system property that names another container image than the default. */
    public String imageProperty() {
        return prefix + ".image";
    }

    /** The program that is looked for on this machine. */
    public String program() {
        return program;
    }

    /** True for MariaDB and MySQL. */
    public boolean isDatabase() {
        return this == MARIADB || this == MYSQL;
    }
}
