package io.orderflow.queue.rabbit;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;

/** Reads a server's address, {@code amqp://user:password@host:port/vhost}. No message shows the password. */
final class RabbitAddress {
    private RabbitAddress() {}

    /**
     * The same from text.
     *
     * @throws IllegalArgumentException if it is no URI, or one that a queue cannot be at
     */
    static ConnectionFactory factory(String uri) {
        try {
            return factory(new URI(uri));
        } catch (URISyntaxException e) {
            // without the text and the cause: both may show the password
            throw new IllegalArgumentException("uri is not a URI: " + e.getReason() + " at index " + e.getIndex());
        }
    }

    /**
     * How to connect to that address.
     *
     * @throws IllegalArgumentException if a queue cannot be there
     */
    static ConnectionFactory factory(URI uri) {
        boolean tls = "amqps".equalsIgnoreCase(uri.getScheme());
        check(uri, tls);
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(uri.getHost().replaceAll("[\\[\\]]", ""));
        if (tls) {
            factory.useSslProtocol(defaultTls());
            // verifying the host's name is the builder's setting
            factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator());
        }
        if (uri.getPort() >= 0) {
            require(uri.getPort() > 0 && uri.getPort() < 65_536, "a port from 1 to 65535", "" + uri.getPort());
            factory.setPort(uri.getPort());
        }
        String path = uri.getRawPath();
        if (path.length() > 1) {
            factory.setVirtualHost(decoded(path.substring(1)));
        }
        credentials(factory, uri.getRawUserInfo());
        return factory;
    }

    private static void check(URI uri, boolean tls) {
        require(tls || "amqp".equalsIgnoreCase(uri.getScheme()), "the scheme amqp or amqps", uri.getScheme());
        require(uri.getHost() != null, "a host", uri.getHost());
        require(uri.getRawQuery() == null && uri.getRawFragment() == null, "no query and no fragment", "one");
        String path = uri.getRawPath();
        require(path.lastIndexOf('/') <= 0, "one path segment at most, the virtual host", path);
    }

    private static void credentials(ConnectionFactory factory, String userInfo) {
        if (userInfo == null) {
            return;
        }
        int colon = userInfo.indexOf(':');
        factory.setUsername(decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)));
        if (colon >= 0) {
            factory.setPassword(decoded(userInfo.substring(colon + 1)));
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no default TLS", e);
        }
    }

    private static void require(boolean kept, String rule, String value) {
        if (!kept) {
            throw new IllegalArgumentException("uri must have " + rule + ": " + value);
        }
    }
}
