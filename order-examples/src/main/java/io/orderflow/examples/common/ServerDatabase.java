package io.orderflow.examples.common;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A database behind a JDBC URL. What its driver says when it cannot connect has no password, since drivers repeat a URL
 * that they do not understand. Thread-safe.
 */
final class ServerDatabase extends ConnectionSource {
    private final String url;
    private final Properties properties;
    private final Redaction redaction;

    /**
     * Opens nothing yet.
     *
     * @param properties for the driver, where the URL does not say otherwise; read at each connection
     * @param redaction knows what must not be said
     */
    ServerDatabase(String url, Properties properties, Redaction redaction) {
        this.url = requireNonNull(url, "url");
        this.properties = requireNonNull(properties, "properties");
        this.redaction = requireNonNull(redaction, "redaction");
    }

    @Override
    public Connection getConnection() throws SQLException {
        return connect(properties);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        Properties all = new Properties();
        all.putAll(properties);
        all.setProperty("user", user);
        if (password != null) {
            all.setProperty("password", password);
        }
        return connect(all);
    }

    /** Connects with other settings of the driver in place of these. */
    Connection connect(Properties all) throws SQLException {
        try {
            return DriverManager.getConnection(url, all);
        } catch (SQLException e) {
            throw isOfPartsOfTheUrl(e) ? notUnderstood() : redaction.of(e);
        } catch (RuntimeException e) {
            throw notUnderstood();
        }
    }

    /**
     * Not with the driver's words: they show parts of the URL, which may be those of a password that is not encoded.
     */
    private static SQLException notUnderstood() {
        return new SQLException("the driver does not understand this URL", ServerContact.WRONG_URL);
    }

    private static boolean isOfPartsOfTheUrl(SQLException failure) {
        return failure.getErrorCode() == 0
                && !ServerContact.WRONG_URL.equals(failure.getSQLState())
                && failure.getCause() != null
                && failure.toString().contains("WrongArgumentException");
    }

    @Override
    public String toString() {
        return ShownAddress.of(url);
    }
}
